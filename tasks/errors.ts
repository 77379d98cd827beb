/**
 * `deno task errors`: writes `docs/errors.md` anew from the table in the code.
 * @module
 */
import { ERRORS_PAGE, errorsPage } from "./errors/page.ts";

await Deno.writeTextFile(ERRORS_PAGE, errorsPage());
