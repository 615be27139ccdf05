import { describe, expect, it } from '@jest/globals';
import { roomState } from '../../../../services/rooms/room-state.ts';

describe('the state of a room', () => {
  const at = (text: string | null) => (text === null ? null : new Date(`2026-05-01T${text}Z`));
  const state = (startsAt: string | null, endsAt: string | null, now: string) =>
    roomState({ startsAt: at(startsAt), endsAt: at(endsAt) }, at(now) as Date);

  it('changes at the very moment that it starts and ends', () => {
    expect(state('10:00:00', '12:00:00', '09:59:59.999')).toBe('upcoming');
    expect(state('10:00:00', '12:00:00', '10:00:00')).toBe('live');
    expect(state('10:00:00', '12:00:00', '11:59:59.999')).toBe('live');
    expect(state('10:00:00', '12:00:00', '12:00:00')).toBe('ended');
  });

  it('is live without times, until the end where there is one, from the start where there is one', () => {
    expect(state(null, null, '10:00:00')).toBe('live');
    expect(state(null, '12:00:00', '10:00:00')).toBe('live');
    expect(state(null, '12:00:00', '12:00:00')).toBe('ended');
    expect(state('10:00:00', null, '09:00:00')).toBe('upcoming');
    expect(state('10:00:00', null, '23:00:00')).toBe('live');
  });
});
