import type { UserContent } from '../content/content.ts';
import type { Body } from './size-types.ts';

/**
 * The body that a profile tells of: what is not there is missing, an age comes from the year of birth
 * (else from the attribute `age`), and the length of the foot from the attribute `footCm`.
 *
 * @param year of the answer
 */
export function profileBody(profile: UserContent | undefined, year: number): Body {
  if (profile === undefined) return {};
  const { heightCm, weightKg, bustCm, waistCm, hipCm, birthYear, gender, bodyType } = profile;
  const { age: told, footCm } = profile.attributes;
  const age = birthYear ? year - birthYear : told;
  return {
    ...(heightCm && { heightCm }),
    ...(weightKg && { weightKg }),
    ...(bustCm && { bustCm }),
    ...(waistCm && { waistCm }),
    ...(hipCm && { hipCm }),
    ...(typeof footCm === 'number' && footCm > 0 && { footCm }),
    ...(typeof age === 'number' && age >= 0 && { age }),
    ...(isGender(gender) && { gender }),
    ...(bodyType && { bodyType }),
  };
}

function isGender(gender: unknown): gender is NonNullable<Body['gender']> {
  return gender === 'female' || gender === 'male' || gender === 'other';
}
