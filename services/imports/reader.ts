/** Takes a file's bytes as they come. */
export interface Reader {
  /** @throws UsageError when the file is not of the format */
  write(chunk: Buffer): void;
  end(): void;
}
