/** What is wrong with one line: it goes to the reject file, and the import goes on. */
export class RowError extends Error {}
