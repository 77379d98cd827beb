/**
 * The one stylesheet of the pages: phone first, logical directions alone so that it reads from either side, and the
 * brand's colours as the only thing that differs between anchors.
 * @module
 */

/** Colours of the brand, `#rrggbb`; their contrast was checked when the config was read. */
export interface Colors {
  readonly accent: string;
  readonly onAccent: string;
}

/** The stylesheet. */
export function styleOf({ accent, onAccent }: Colors): string {
  return `:root{--accent:${accent};--on-accent:${onAccent}}${STYLE}`;
}

const STYLE = `
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:34rem;min-height:100vh;padding:1rem;display:flex;flex-direction:column;overflow-wrap:anywhere}
header{display:flex;align-items:center;gap:.75rem;font-weight:600}
header img{border-radius:.5rem;object-fit:contain}
main{flex:1;padding-block:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.125rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--accent)}
a,button,input,select,textarea,summary{touch-action:manipulation}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
fieldset{border:0;margin:1.5rem 0 1rem;padding:0;min-inline-size:0}
legend{font-weight:600;font-size:1.125rem;padding:0;margin-block-end:.5rem}
.field{margin-block:1rem}
.field>label,.label{display:block;font-weight:600;margin-block-end:.25rem}
input,select,textarea{font:inherit;color:inherit;background:#fff;inline-size:100%;min-block-size:2.75rem;padding:.5rem .75rem;border:1px solid #6b6b76;border-radius:.5rem}
input[type=radio],input[type=checkbox]{inline-size:1.5rem;min-block-size:1.5rem;block-size:1.5rem;margin:0;accent-color:var(--accent);flex:none}
.choice{display:flex;gap:.75rem;align-items:center;padding:.75rem;border:1px solid #c9c9d1;border-radius:.5rem;margin-block-end:.5rem}
.hint{color:#55555f;margin:0 0 .25rem;font-size:.9375rem}
.fault{color:#a3121f;font-weight:600;margin:.25rem 0 0}
.faulty input,.faulty select,.faulty textarea{border:2px solid #a3121f}
button,.button{display:inline-block;font:inherit;font-weight:600;min-block-size:2.75rem;padding:.5rem 1.25rem;border:2px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on-accent);text-decoration:none;text-align:center;cursor:pointer}
main form>button,main .button{display:block;inline-size:100%;margin-block-start:1rem}
button.quiet,.button.quiet{background:#fff;color:var(--accent)}
.notice{border-inline-start:.25rem solid #55555f;background:#f4f4f7;padding:.75rem 1rem;border-radius:.25rem;margin-block:1rem}
.notice p:first-child{margin-block-start:0}.notice p:last-child{margin-block-end:0}
.notice.warning{border-color:#8a5a00;background:#fff6e0}
.notice.error{border-color:#a3121f;background:#fdeeee}
.notice.success{border-color:#146c2e;background:#e9f6ec}
dl{margin:0}
.line{padding-block:.75rem;border-block-end:1px solid #dcdce2}
dt{color:#55555f;font-size:.9375rem}
dd{margin:0;display:flex;gap:.75rem;align-items:center;justify-content:space-between;font-weight:600}
dd .value{min-inline-size:0}
dd button{flex:none;padding:.25rem .75rem}
.sum{font-size:1.25rem}
[data-part]:empty{display:none}
button.link{display:inline;inline-size:auto;min-block-size:1.5rem;margin:0;padding:0;border:0;background:none;color:var(--accent);font-weight:400;text-decoration:underline}
.choice>div{flex:1}
.qr{margin:1rem auto;max-inline-size:16rem;display:block}
.qr svg{display:block;inline-size:100%;block-size:auto}
ol.steps{list-style:none;margin:0;padding:0}
ol.steps li{position:relative;padding-inline-start:2rem;padding-block-end:1rem}
ol.steps li::before{content:"";position:absolute;inset-inline-start:.25rem;inset-block-start:.375rem;inline-size:.75rem;block-size:.75rem;border-radius:50%;border:2px solid #6b6b76;background:#fff}
ol.steps li.done::before{background:#146c2e;border-color:#146c2e}
ol.steps li.now::before{background:var(--accent);border-color:var(--accent)}
ol.steps li.failed::before{background:#a3121f;border-color:#a3121f}
iframe{inline-size:100%;block-size:70vh;border:1px solid #dcdce2;border-radius:.5rem}
summary{min-block-size:2.75rem;display:flex;align-items:center;color:var(--accent);font-weight:600;cursor:pointer}
footer{border-block-start:1px solid #dcdce2;padding-block-start:1rem;font-size:.9375rem;display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center}
footer a{min-block-size:1.5rem;padding-block:.25rem}
.language{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.language label{flex-basis:100%}
.language select{inline-size:auto;flex:1}
.with-script{display:none}
[data-scripted] .with-script{display:inline-block}
[data-scripted] .without-script{display:none}
.spoken{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){.working::before{content:"";display:inline-block;inline-size:1rem;block-size:1rem;margin-inline-end:.5rem;vertical-align:-.125rem;border:2px solid var(--accent);border-block-start-color:transparent;border-radius:50%;animation:turn 1s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}}
`.replaceAll("\n", "");
