import type { Format } from '../format.ts';
import { interactions } from './interactions.ts';
import { movieLens } from './movielens.ts';
import { onlineRetail } from './online-retail.ts';
import { events, items, skus, users } from './records.ts';
import { rentTheRunway } from './renttherunway.ts';

/** The formats that `npm run import` reads. */
export const formats: readonly Format[] = [
  events,
  items,
  skus,
  users,
  rentTheRunway,
  onlineRetail,
  movieLens,
  interactions,
];
