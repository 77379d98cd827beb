/**
 * What a bench says: tables while it runs, and at the end which floors of the design were reached.
 * @module
 */

/** A table of one section. Cells are text; those that begin with a digit stand to the right. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A figure that the design wants to be reached. */
export interface Floor {
  readonly what: string;
  readonly value: number;
  readonly wanted: number;
  /** `least`: the value has to be that or more; `most`: that or less. */
  readonly is: "least" | "most";
  /** What the figures are, for example `/s` or `times`. */
  readonly unit: string;
}

/** What a section is given to speak by. */
export interface Report {
  readonly table: (table: Table) => void;
  readonly floor: (floor: Floor) => void;
  /** One line of text. */
  readonly note: (line: string) => void;
}

/** A report, and what stands below everything else. */
export interface WholeReport extends Report {
  /** The table of floors, empty when nobody named one. */
  readonly end: () => void;
}

/** Builds a report. @param print takes one line */
export function createReport(print: (line: string) => void): WholeReport {
  const floors: Floor[] = [];
  const table = (one: Table) => {
    print("");
    for (const line of linesOf(one)) print(line);
  };
  return {
    table,
    floor: (floor) => void floors.push(floor),
    note: (line) => print(`  ${line}`),
    end() {
      if (floors.length === 0) return;
      table({
        title: "What the design wants",
        head: ["", "is", "wanted", ""],
        rows: floors.map((floor) => [
          floor.what,
          `${figure(floor.value)} ${floor.unit}`,
          `${floor.is === "least" ? "at least" : "at most"} ${figure(floor.wanted)}`,
          isReached(floor) ? "reached" : "NOT REACHED",
        ]),
      });
    },
  };
}

/** Whether a floor holds. */
export function isReached({ value, wanted, is }: Floor): boolean {
  return is === "least" ? value >= wanted : value <= wanted;
}

/** A number for people: whole above a hundred, with three digits that count below. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}

/** The lines of a table: title, head, rows, each column as wide as its widest cell. */
export function linesOf({ title, head, rows }: Table): string[] {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  const line = (cells: readonly string[], align: (cell: string) => boolean) =>
    `  ${
      widths.map((width, column) => {
        const cell = cells[column] ?? "";
        return align(cell) ? cell.padStart(width) : cell.padEnd(width);
      }).join("  ")
    }`.trimEnd();
  const isNumber = (cell: string) => /^-?\d/.test(cell);
  const isRight = (column: number) => rows.length > 0 && rows.every((row) => isNumber(row[column] ?? ""));
  const names = head.map((name, column) => isRight(column) ? name.padStart(widths[column] ?? 0) : name);
  return [title, line(names, () => false), ...rows.map((row) => line(row, isNumber))];
}
