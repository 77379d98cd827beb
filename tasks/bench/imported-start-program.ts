/**
 * Between the bare packages and a start: all modules of ours are loaded, and nothing is done with them.
 * @module
 */
import "./bare-start-program.ts";
import "../../main.ts";
