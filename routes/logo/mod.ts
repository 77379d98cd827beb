/**
 * The example anchor's logo at `/logo.png`, so that stellar.toml names a picture that is there (R-01-26). An anchor puts
 * the address of its own into `anchor.config.ts`.
 * @module
 */
import { Hono } from "hono";
import type { HttpEnv } from "../http/mod.ts";

/** PNG, 256 × 256, transparent; a kedge in one line. */
const LOGO =
  "iVBORw0KGgoAAAANSUhEUgAAAQAAAAEACAMAAABrrFhUAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA" +
  "6AAAdTAAAOpgAAA6mAAAF3CculE8AAAACVBMVEX///8fTnkfTnhae2/lAAAAAXRSTlMAQObYZgAAAAFiS0dEAIgFHUgAAAAH" +
  "dElNRQfqCxULGy2LoHz2AAADeUlEQVR42u3dQXLbMBBEUUP3P3RSSXmTmOQA6JkmgN/LhAKmnyXb5QKlry9CCCGEEEIIIYQQ" +
  "QgghNWnfcQ/i7N5OVGhXcQ9mrn8GQXuKe0Bz/d/5uIc099/5SRDsv61AuP+eAh31tyTo7L+fwOkA3f03Exjov5XAUP+NBAb7" +
  "A7CLwHD/XQROBwjU21sg1G1jgGizbQXCvY4CmLxypfS02lKgqxMAZwDIrl4ipwP0NtpOAAAAAAAAAAAAOBfg+N8EAWg9nbou" +
  "XiQAdJTquXadxFvt2Z+/Crdgseh166VFqoUuWjStPbYLXLJy2njcowNgFnAPrsrn8P6cEuOcICdFB74NuCdW53iA4+8X6CNw" +
  "j+oWcA/qFnCPaRbY+b7BCIF7QDOBezgzgXswr4F7JAAAAAAAAAAAAAAAAAAAAH07TdzFAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AEBp5B4JAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA7iZeJQAcDnD8SwAAAAAAAIDJjL4d3Cty6hceAAAkAOsLTPYHwD0/" +
  "AAAA8DqA2SUXWzZn1IVWXWhUAAAoAngr6w+LKt6fc2kAQf+FZq0DeOcP15wXa92wr1zzauHp7y0Jw34qAd74G3baKwCAjKVL" +
  "VpSduTge4KNfvGJB4aEbAOTLF6wnPXa1JICwvx44fznxuTv1Dumrqc8dAiDeI3sxOYB6k+S19P0vDokcBCDeJnepjP5X54Ts" +
  "AFX9xZ+MLFtI+3UZETADFPaXPgUS18kDUO6Wt0xi/8vzkjaA4v7Kj0jPWiQZQLdl0hrZ/XWb5izxJ7mfV9hEAikrFDwB7g5N" +
  "lQKIxvAJ6B9e1V+0ufzRdf3vTg7Gv//MzH53+0YFwO3ZyQIAxfaJAsEnwfjwL+iv+OBY4eMM/Z9OEKcBTG9bJfD8OhiZ/+He" +
  "tdL+j6fIEwAmd6wWaN2PztzOInA71PTV/v6heykkADP72AVa/KE/Xxi6a9fUP3o/zQTA+AbvIvj/52KgRvSObWf9uMC/gw78" +
  "/zv7995WFgAYW3Adgr9TR/9xgfpDAqK4i7sF3LXNBO7KZgJ3XbeAu6yZwF3UTOAuaSZwFzQTuMuZCdzF4kl57y13qc6c3V5s" +
  "4C7iNXBX8Bq4h7ciuIe2IriHNTLkHvJ6Tz6H9iaEEEIIIYQQQgghhBDizC8/2TeIkv+C0AAAACV0RVh0ZGF0ZTpjcmVhdGUA" +
  "MjAyNi0xMS0yMVQxMToyNzo0NSswMDowMJrnPSwAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjFUMTE6Mjc6NDUrMDA6" +
  "MDDruoWQAAAAAElFTkSuQmCC";

/** The route, to be mounted at `/`. Shown on other sites, so it is open to them. */
export function logoRoutes(): Hono<HttpEnv> {
  const bytes = Uint8Array.fromBase64(LOGO);
  const app = new Hono<HttpEnv>();
  app.get("/logo.png", function logo(c) {
    c.header("Access-Control-Allow-Origin", "*");
    c.header("Cache-Control", "public, max-age=86400");
    c.header("Content-Type", "image/png");
    return c.body(bytes);
  });
  return app;
}
