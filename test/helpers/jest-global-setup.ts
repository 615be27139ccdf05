/** Runs once before all test files. */
export default async function setUp(): Promise<void> {}
