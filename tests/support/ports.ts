/** Where servers of tests listen. */
export { freePort } from "../../tasks/free-port.ts";
