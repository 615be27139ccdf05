/** A region that a label names itself: `EU 38`, `美码8`. */
export type Region = 'EU' | 'US' | 'UK' | 'FR' | 'IT' | 'JP' | 'CN' | 'KR';

/** −1 petite, 0 regular, 1 tall. */
export type Length = -1 | 0 | 1;

/** What a text can be by its form alone. Several of them at once: `30/32` is two numbers and a waist. */
export type Shape =
  | { readonly form: 'letters'; readonly step: number; readonly length: Length }
  | {
      readonly form: 'number';
      /** One number, or the two of a joined size. */
      readonly values: readonly number[];
      readonly text: string;
      readonly region?: Region | undefined;
      readonly length: Length;
      readonly unit?: string | undefined;
    }
  | {
      readonly form: 'heightGirth';
      readonly height: number;
      readonly girth: number;
      readonly build: string;
    }
  | { readonly form: 'waist'; readonly waist: number; readonly inseam?: number | undefined }
  | { readonly form: 'bra'; readonly band: number; readonly cup: number }
  | { readonly form: 'age'; readonly months: number; readonly isToddler: boolean }
  | { readonly form: 'weight'; readonly kilograms: number }
  | { readonly form: 'words'; readonly step: number; readonly isForAll: boolean }
  | { readonly form: 'one' };
