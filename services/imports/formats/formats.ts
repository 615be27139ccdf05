import type { Format } from '../format.ts';
import { onlineRetail } from './online-retail.ts';
import { rentTheRunway } from './renttherunway.ts';

/** The formats that `npm run import` reads. */
export const formats: readonly Format[] = [rentTheRunway, onlineRetail];
