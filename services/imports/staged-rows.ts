import { copyField, copyJson, copyTexts } from './copy-text.ts';

type Maybe<T> = T | null | undefined;

/** Where a row came from: the file by its place in the call, the line counted from 1. */
export interface Origin {
  readonly file: number;
  readonly line: number;
  /** The line as it stands in the file, kept where the database may still reject the row. */
  readonly raw?: string | undefined;
}

export interface StagedUser {
  readonly userId: string;
  readonly birthYear?: Maybe<number>;
  readonly gender?: Maybe<string>;
  readonly cityTier?: Maybe<number>;
  readonly channel?: Maybe<string>;
  readonly heightCm?: Maybe<number>;
  readonly weightKg?: Maybe<number>;
  readonly bustCm?: Maybe<number>;
  readonly waistCm?: Maybe<number>;
  readonly hipCm?: Maybe<number>;
  readonly bodyType?: Maybe<string>;
  readonly attributes?: Maybe<Readonly<Record<string, unknown>>>;
  /** Not given: as it was; true for a new user. */
  readonly personalised?: Maybe<boolean>;
  /** Not given: as it was; false for a new user. */
  readonly marketingConsent?: Maybe<boolean>;
}

export interface StagedItem {
  readonly itemId: string;
  readonly categoryPath?: Maybe<readonly string[]>;
  readonly brand?: Maybe<string>;
  readonly title?: Maybe<string>;
  readonly price?: Maybe<number>;
  readonly attributes?: Maybe<Readonly<Record<string, unknown>>>;
  /** Not given: always been there. */
  readonly launchedAt?: Maybe<string>;
  readonly hidden?: Maybe<boolean>;
}

export interface StagedSku {
  readonly skuId: string;
  readonly itemId: string;
  readonly sizeLabel?: Maybe<string>;
  readonly sizeOrder?: Maybe<number>;
  readonly colour?: Maybe<string>;
  readonly price?: Maybe<number>;
  readonly stock?: Maybe<number>;
}

export interface StagedEvent {
  readonly eventId: string;
  readonly userId?: Maybe<string>;
  readonly sessionId?: Maybe<string>;
  readonly itemId?: Maybe<string>;
  readonly skuId?: Maybe<string>;
  readonly roomId?: Maybe<string>;
  readonly type: string;
  readonly value?: Maybe<number>;
  readonly quantity?: Maybe<number>;
  readonly unitPrice?: Maybe<number>;
  readonly orderId?: Maybe<string>;
  readonly reason?: Maybe<string>;
  readonly properties?: Maybe<Readonly<Record<string, unknown>>>;
  /** RFC 3339 in UTC: `2026-01-31T12:00:00Z`. */
  readonly occurredAt: string;
}

export interface StagedRows {
  readonly users: StagedUser;
  readonly items: StagedItem;
  readonly skus: StagedSku;
  readonly events: StagedEvent;
}

/** The tables that an import writes, in the order in which it does. */
export const importTables = ['users', 'items', 'skus', 'events'] as const;

export type ImportTable = (typeof importTables)[number];

function origin({ file, line, raw }: Origin): string {
  return `${file}\t${line}\t${copyField(raw)}`;
}

/** One line of `copy staged_<table> from stdin`, in the order of the columns in import-store.ts. */
export const encodeRow: {
  readonly [Table in ImportTable]: (row: StagedRows[Table], from: Origin) => string;
} = {
  users: (row, from) =>
    `${[
      origin(from),
      copyField(row.userId),
      copyField(row.birthYear),
      copyField(row.gender),
      copyField(row.cityTier),
      copyField(row.channel),
      copyField(row.heightCm),
      copyField(row.weightKg),
      copyField(row.bustCm),
      copyField(row.waistCm),
      copyField(row.hipCm),
      copyField(row.bodyType),
      copyJson(row.attributes ?? {}),
      copyField(row.personalised),
      copyField(row.marketingConsent),
    ].join('\t')}\n`,
  items: (row, from) =>
    `${[
      origin(from),
      copyField(row.itemId),
      copyTexts(row.categoryPath ?? []),
      copyField(row.brand),
      copyField(row.title ?? ''),
      copyField(row.price),
      copyJson(row.attributes ?? {}),
      copyField(row.launchedAt ?? '-infinity'),
      copyField(row.hidden ?? false),
    ].join('\t')}\n`,
  skus: (row, from) =>
    `${[
      origin(from),
      copyField(row.skuId),
      copyField(row.itemId),
      copyField(row.sizeLabel),
      copyField(row.sizeOrder ?? 0),
      copyField(row.colour),
      copyField(row.price),
      copyField(row.stock ?? 0),
    ].join('\t')}\n`,
  // Concatenated and not joined: this one is run millions of times.
  events: (row, { file, line }) =>
    `${file}\t${line}\t${copyField(row.eventId)}\t${copyField(row.userId)}\t${copyField(row.sessionId)}\t${copyField(row.itemId)}\t${copyField(row.skuId)}\t${copyField(row.roomId)}\t${row.type}\t${copyField(row.value)}\t${copyField(row.quantity)}\t${copyField(row.unitPrice)}\t${copyField(row.orderId)}\t${copyField(row.reason)}\t${copyJson(row.properties)}\t${row.occurredAt}\n`,
};
