/** What tells categories (or brands) apart. Null and undefined: not known. */
export type Label = string | number | null | undefined;
