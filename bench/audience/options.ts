/** What `bench/audience.ts` is asked for. */
export interface AudienceBenchOptions {
  readonly users: number;
  readonly items: number;
  readonly shelf: number;
  readonly events: number;
  readonly factors: number;
  readonly neighbours: number;
  readonly questions: number;
  readonly sample: number;
  readonly service?: boolean;
  readonly keep?: string;
}
