import type { Database } from '../database/database.ts';

/** A segment whose time has come, for the process that took it. */
export interface DueSegment {
  readonly segmentId: string;
  /** Names the taking: another one may have followed. */
  readonly claim: string;
}

// Its next time is a whole number of intervals after this one, however late it is computed. Should
// its taker die, it is due again when the claim ends.
const claimOne = `
with due as (
  select segment_id from segments
  where next_refresh_at is not null
    and (next_refresh_at <= $1::timestamptz or refresh_retry_at <= $1::timestamptz)
  order by least(next_refresh_at, refresh_retry_at), segment_id
  limit 1
  for no key update skip locked
)
update segments s set
  next_refresh_at = case
    when s.next_refresh_at > $1::timestamptz then s.next_refresh_at
    else s.next_refresh_at + interval '1 minute' * s.refresh_minutes * (1 + floor(
      extract(epoch from $1::timestamptz - s.next_refresh_at) / (60 * s.refresh_minutes)
    ))
  end,
  refresh_retry_at = $1::timestamptz + interval '1 second' * $2::double precision
from due
where s.segment_id = due.segment_id
returning s.segment_id as "segmentId", s.refresh_retry_at::text as claim`;

/** Which segments are to be computed by themselves, and when; shared by all processes. */
export class RefreshScheduleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Takes the segment that has been due for longest.
   *
   * @param seconds after which it is due again, unless `done` or `failed` is told
   */
  async claim(now: Date, seconds: number): Promise<DueSegment | undefined> {
    const [due] = await this.#database.query<DueSegment>(claimOne, [now.toISOString(), seconds]);
    return due;
  }

  async done({ segmentId, claim }: DueSegment): Promise<void> {
    await this.#database.query(
      `update segments set refresh_retry_at = null, refresh_failures = 0
       where segment_id = $1::text and refresh_retry_at = $2::timestamptz`,
      [segmentId, claim],
    );
  }

  /** Due again in five minutes, twice as long each time that it fails; at its next time at the latest. */
  async failed({ segmentId, claim }: DueSegment, now: Date): Promise<void> {
    await this.#database.query(
      `update segments set refresh_failures = refresh_failures + 1,
         refresh_retry_at = $3::timestamptz
           + interval '5 minutes' * power(2, least(refresh_failures, 10))
       where segment_id = $1::text and refresh_retry_at = $2::timestamptz`,
      [segmentId, claim, now.toISOString()],
    );
  }

  /** Due again at once, for another process. */
  async giveBack({ segmentId, claim }: DueSegment, now: Date): Promise<void> {
    await this.#database.query(
      `update segments set refresh_retry_at = $3::timestamptz
       where segment_id = $1::text and refresh_retry_at = $2::timestamptz`,
      [segmentId, claim, now.toISOString()],
    );
  }
}
