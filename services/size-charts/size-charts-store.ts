import type { ChartSize, SizeChart } from '../../models/sizing/systems/size-chart.ts';
import type { Queryable } from '../database/transaction.ts';

export interface WrittenChart {
  readonly chartId: string;
  readonly written: 'created' | 'updated' | 'unchanged';
}

export interface StoredChart extends SizeChart {
  readonly chartId: string;
  readonly updatedAt: Date;
}

interface ChartRow {
  readonly chartId: string;
  readonly brand: string;
  readonly categoryPath: string[];
  readonly audience: SizeChart['audience'];
  readonly sizes: ChartSize[];
  readonly updatedAt: Date;
}

// For `xmax = 0` and the order see catalogue-store.ts. A chart that is just so already is not written
// and does not come back from `returning`; it is read, as it was before the statement.
const upsert = `
with given as (
  select place, brand, "categoryPath" as category_path, audience, sizes
  from jsonb_to_recordset($1::jsonb) as row(
    place integer, brand text, "categoryPath" text[], audience text, sizes jsonb
  )
), written as (
  insert into size_charts as old (brand, category_path, audience, sizes)
  select brand, category_path, audience, sizes from given
  order by brand, category_path, audience
  on conflict (brand, category_path, audience) do update set
    sizes = excluded.sizes,
    updated_at = now()
  where old.sizes is distinct from excluded.sizes
  returning chart_id, brand, category_path, audience, (xmax = 0) as inserted
)
select coalesce(w.chart_id, c.chart_id)::text as "chartId",
  case when w.inserted then 'created' when w.chart_id is not null then 'updated'
    else 'unchanged' end as written
from given g
left join written w on w.brand = g.brand and w.category_path = g.category_path
  and w.audience is not distinct from g.audience
left join size_charts c on c.brand = g.brand and c.category_path = g.category_path
  and c.audience is not distinct from g.audience
order by g.place`;

const columns = `
  chart_id::text as "chartId", brand, category_path as "categoryPath", audience, sizes,
  updated_at as "updatedAt"`;

/** Brands' own tables of sizes. */
export class SizeChartsStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Creates or replaces charts; of each what was done, in their order. */
  upsert(charts: readonly SizeChart[]): Promise<WrittenChart[]> {
    const rows = charts.map((chart, place) => ({ ...chart, place }));
    return this.#database.query<WrittenChart>(upsert, [JSON.stringify(rows)], {
      name: 'upsert-size-charts',
    });
  }

  /**
   * A page, by id.
   *
   * @param brand undefined: of all brands
   */
  list(brand: string | undefined, after: string, most: number): Promise<StoredChart[]> {
    return this.#database.query<ChartRow>(
      `select ${columns} from size_charts
       where chart_id > $1::bigint and ($2::text is null or brand = $2::text)
       order by chart_id
       limit $3::integer`,
      [after, brand ?? null, most],
    );
  }

  /** All of them, for training and evaluation; serving processes have them in their live state. */
  all(): Promise<StoredChart[]> {
    return this.#database.query<ChartRow>(`select ${columns} from size_charts order by chart_id`);
  }

  /** @returns the brand of the chart; undefined: there was none */
  async delete(chartId: string): Promise<string | undefined> {
    const [row] = await this.#database.query<{ brand: string }>(
      'delete from size_charts where chart_id = $1::bigint returning brand',
      [chartId],
    );
    return row?.brand;
  }
}
