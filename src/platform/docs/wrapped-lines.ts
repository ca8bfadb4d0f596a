const PROSE = new Set(['summary', 'description']);

/** A line end within a paragraph; one before an item of a list, a row of a table or a blank line stays. */
const WRAPPED = /(?<!\n)\n(?!\n| *(?:[-*|]|\d+\.) ) */g;

/**
 * Joins the lines of every paragraph in the document. Comments are wrapped where a line of code ends, and pages that show them would
 * break their lines there.
 */
export function joinWrappedLines(node: object): void {
  for (const [name, value] of Object.entries(node) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null) joinWrappedLines(value);
    else if (typeof value === 'string' && PROSE.has(name)) Object.assign(node, { [name]: value.replace(WRAPPED, ' ') });
  }
}
