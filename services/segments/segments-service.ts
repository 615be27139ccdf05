import { randomUUID } from 'node:crypto';
import { InvalidInputError, TooSlowError } from '../errors.ts';
import { idCursor } from '../http/id-cursor.ts';
import type { TagKind } from '../tags/tag-kinds.ts';
import { checkRule, type RuleWords } from './check-rule.ts';
import type { Member, MembershipStore } from './membership-store.ts';
import { countOverlap } from './overlap.ts';
import { reservedIds } from './reserved-ids.ts';
import { comparisons, eventTypes, measures, namedSegments, type Rule } from './rule.ts';
import type { MemberQuery } from './rule-compiler-store.ts';
import { ruleExamples } from './rule-examples.ts';
import {
  fieldNames,
  findField,
  isBehavioural,
  operators,
  type SegmentField,
  segmentFields,
  tagOf,
} from './segment-fields.ts';
import type { SegmentQueries } from './segment-queries-store.ts';
import type { SegmentSamplesStore } from './segment-samples-store.ts';
import type {
  CreateSegment,
  PutSegment,
  Segment,
  SegmentCount,
  SegmentFields,
  SegmentList,
  SegmentMembers,
  SegmentOverlap,
  SegmentPreview,
} from './segments-schema.ts';
import type { SegmentsStore, StoredSegment, WrittenSegment } from './segments-store.ts';

export interface SegmentsOptions {
  readonly store: SegmentsStore;
  readonly queries: SegmentQueries;
  readonly membership: MembershipStore;
  readonly samples: SegmentSamplesStore;
  readonly tagKinds: readonly TagKind[];
  readonly now: () => Date;
}

type ConditionCost = SegmentPreview['cost']['conditions'][number];

/** Sets of users, by rules or as lists. */
export class SegmentsService {
  readonly #store: SegmentsStore;
  readonly #queries: SegmentQueries;
  readonly #membership: MembershipStore;
  readonly #samples: SegmentSamplesStore;
  readonly #tagKinds: readonly TagKind[];
  readonly #words: Omit<RuleWords, 'now'>;
  readonly #now: () => Date;

  constructor({ store, queries, membership, samples, tagKinds, now }: SegmentsOptions) {
    this.#store = store;
    this.#queries = queries;
    this.#membership = membership;
    this.#samples = samples;
    this.#tagKinds = tagKinds;
    const names = tagKinds.map(({ tag }) => tag);
    this.#words = {
      findField: (name) => this.#field(name),
      fieldNames: fieldNames(names),
    };
    this.#now = now;
  }

  /** @throws InvalidInputError with the path of every mistake in the rule */
  async create({
    segmentId = `segment-${randomUUID()}`,
    ...given
  }: CreateSegment): Promise<Segment> {
    return shown(await this.#store.create(this.#written(segmentId, given)));
  }

  /** Creates it or replaces what is said of it. */
  async put(
    segmentId: string,
    given: PutSegment,
  ): Promise<{ readonly segment: Segment; readonly created: boolean }> {
    const { segment, created } = await this.#store.put(this.#written(segmentId, given));
    return { segment: shown(segment), created };
  }

  /** @throws NotFoundError */
  async get(segmentId: string): Promise<Segment> {
    return shown(await this.#store.get(segmentId));
  }

  async list(limit: number, after: string | undefined): Promise<SegmentList> {
    const rows = await this.#store.list(limit + 1, after);
    const segments = rows.slice(0, limit).map(shown);
    const last = rows.length > limit ? segments.at(-1) : undefined;
    return { segments, nextCursor: last === undefined ? null : idCursor(last.segmentId) };
  }

  /** @throws ConflictError when another segment names it */
  delete(segmentId: string): Promise<void> {
    return this.#store.delete(segmentId);
  }

  /** @throws TooSlowError that names what to narrow */
  async preview(input: unknown): Promise<SegmentPreview> {
    const now = this.#now();
    const members = await this.#queries.ofRule(this.#rule(input), now);
    const started = performance.now();
    const { count, total, sample, tiers } = await this.#within(members, () =>
      this.#membership.preview(members),
    );
    const ms = since(started);
    return {
      ...{ count, total, share: part(count, total) },
      sample: sample.map(shownMember),
      revenue: money(tiers.reduce((sum, { revenue }) => sum + revenue, 0)),
      tiers: tiers.map(({ tier, users, revenue }) => ({
        ...{ tier, users, share: part(users, count), revenue: money(revenue) },
      })),
      evaluatedAt: now.toISOString(),
      cost: { ms, ...(await this.#cost(members)) },
    };
  }

  /** @throws TooSlowError that names what to narrow */
  async count(segmentId: string): Promise<SegmentCount> {
    const now = this.#now();
    const members = await this.#queries.members(segmentId, now);
    const started = performance.now();
    const { count, total } = await this.#within(members, () => this.#membership.count(members));
    const share = part(count, total);
    return { segmentId, count, share, total, evaluatedAt: now.toISOString(), ms: since(started) };
  }

  async members(
    segmentId: string,
    limit: number,
    after: string | undefined,
  ): Promise<SegmentMembers> {
    const now = this.#now();
    const members = await this.#queries.members(segmentId, now);
    const rows = await this.#within(members, () =>
      this.#membership.page(members, limit + 1, after),
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      segmentId,
      members: page.map(shownMember),
      evaluatedAt: now.toISOString(),
      nextCursor: last === undefined ? null : idCursor(last.userId),
    };
  }

  /** Exact counts of up to ten segments, of each two of them, and of all together. */
  async overlap(ids: readonly string[]): Promise<SegmentOverlap> {
    const now = this.#now();
    const sets = await Promise.all(ids.map((id) => this.#queries.members(id, now)));
    const started = performance.now();
    const all = { leaves: sets.map(({ sql }, index) => ({ path: `segments[${index}]`, sql })) };
    const [masks, total] = await this.#within(all, () =>
      Promise.all([this.#membership.masks(sets), this.#membership.total()]),
    );
    const ms = since(started);
    return { total, ...countOverlap(ids, masks, total), evaluatedAt: now.toISOString(), ms };
  }

  /** What rules can ask for. */
  async fields(): Promise<SegmentFields> {
    const names = this.#tagKinds.map(({ tag }) => tag);
    const [ofColumns, ofTags] = await Promise.all([
      this.#samples.ofColumns(this.#now()),
      this.#samples.ofTags(names),
    ]);
    const tags = this.#tagKinds.flatMap(({ tag, values, sample }) => {
      const field = this.#field(`tag.${tag}`);
      const found = ofTags[tag] ?? [];
      const samples = values ?? (found.length > 0 ? found : [sample]);
      return field ? [{ ...field, samples }] : [];
    });
    const attribute = this.#field('attributes.<name>');
    const named = segmentFields.map((field) => ({
      ...field,
      samples: field.values ?? ofColumns[field.name] ?? [],
    }));
    const every = [...named, ...tags, ...(attribute ? [{ ...attribute, samples: [] }] : [])];
    return {
      fields: every.map(({ name, samples, ...field }) => ({
        ...{ field: name, group: field.group, type: field.type },
        operators: [...operators[field.type]],
        description: field.description,
        behavioural: isBehavioural({ name, ...field }),
        ...(field.values && { values: [...field.values] }),
        ...(field.takesOf && { takesOf: true }),
        samples: [...samples],
      })),
      events: {
        ...{ types: ['any', ...eventTypes], measures, operators: [...comparisons] },
        filters: [
          ...['category', 'brand', 'itemId', 'roomId', 'hostId', 'theme', 'inRoom'],
          ...['price', 'reason'],
        ],
      },
      examples: [...ruleExamples],
    };
  }

  #written(segmentId: string, given: PutSegment): WrittenSegment {
    const { name, description, kind, holdout, refreshMinutes } = given;
    if (reservedIds.includes(segmentId)) {
      throw new InvalidInputError(`segmentId: ${segmentId} is the name of an operation`);
    }
    if (kind === 'static' && given.rule !== undefined) throw misplaced('rule', 'by a list of ids');
    if (kind === 'static' && refreshMinutes != null) {
      throw misplaced('refreshMinutes', 'written and not computed');
    }
    const rule = kind === 'static' ? null : this.#rule(given.rule);
    return {
      ...{ segmentId, name, description, kind, rule },
      holdoutShare: holdout?.share ?? 0,
      holdoutSeed: holdout?.seed ?? segmentId,
      refreshMinutes: refreshMinutes ?? null,
      refersTo: rule === null ? [] : namedSegments(rule),
    };
  }

  /** Of a tag with the values that it can have. */
  #field(name: string): SegmentField | undefined {
    const kinds = this.#tagKinds;
    const field = findField(
      name,
      kinds.map(({ tag }) => tag),
    );
    const kind = kinds.find(({ tag }) => tag === tagOf(name));
    return field && kind?.values ? { ...field, values: kind.values } : field;
  }

  #rule(input: unknown): Rule {
    return checkRule(input, { ...this.#words, now: this.#now() });
  }

  /** A query that the database gives up tells which of its conditions cost most. */
  async #within<T>(members: Pick<MemberQuery, 'leaves'>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw tooSlow(await this.#conditions(members).catch(noCosts), error);
    }
  }

  async #cost(members: MemberQuery) {
    const [whole] = await this.#membership.plan([members.sql]);
    return { planCost: whole?.cost ?? 0, conditions: await this.#conditions(members) };
  }

  async #conditions({ leaves }: Pick<MemberQuery, 'leaves'>): Promise<ConditionCost[]> {
    const plans = await this.#membership.plan(leaves.map(({ sql }) => sql));
    return leaves
      .map(({ path }, index) => {
        const { cost: planCost = 0, rows = 0 } = plans[index] ?? {};
        return { path, planCost, rows };
      })
      .sort((a, b) => b.planCost - a.planCost);
  }
}

const statementTimedOut = '57014';

function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === statementTimedOut;
}

/** A database that cannot even plan in time does not tell what is slow. */
function noCosts(error: unknown): readonly ConditionCost[] {
  if (isTimeout(error)) return [];
  throw error;
}

function tooSlow(costs: readonly ConditionCost[], cause: unknown): TooSlowError {
  const issues = costs.slice(0, 3).map(({ path, planCost }) => ({
    path,
    code: 'slow_condition',
    message: `expected to cost ${Math.round(planCost)}: narrow its window, its types or its filters`,
  }));
  const paths = issues.map(({ path }) => path);
  const most = paths.length === 0 ? '' : `; what costs most is ${paths.join(', ')}`;
  return new TooSlowError(`this takes too long to count${most}`, issues, { cause });
}

function misplaced(path: string, is: string): InvalidInputError {
  const message = `unknown field of a static segment, which is ${is}`;
  return new InvalidInputError(`${path}: ${message}`, [{ path, code: 'unknown_field', message }]);
}

function part(some: number, whole: number): number {
  return whole === 0 ? 0 : some / whole;
}

/** To the cent: a sum of doubles is not. */
function money(sum: number): number {
  return Math.round(sum * 100) / 100;
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}

function shownMember({ lastOrderAt, ...member }: Member) {
  return {
    ...member,
    lastOrderAt: lastOrderAt === null ? null : new Date(lastOrderAt).toISOString(),
  };
}

function shown(stored: StoredSegment): Segment {
  const { holdoutShare, holdoutSeed, refreshedAt, createdAt, updatedAt, ...segment } = stored;
  return {
    ...segment,
    holdout: { share: holdoutShare, seed: holdoutSeed },
    refreshedAt: refreshedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
