import { z } from 'zod';
import { type Profile, profileSchema } from '../../../shared/contract/console/shell.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';

export const profilesSchema = z.strictObject({
  profiles: z.array(profileSchema).max(100),
  active: z.string(),
});
export type Profiles = z.infer<typeof profilesSchema>;

const LOCAL_PROFILE: Profile = {
  id: 'local',
  name: 'This computer',
  colour: 'gray',
  production: false,
  engine: { kind: 'embedded' },
};

export const FIRST_PROFILES: Profiles = { profiles: [LOCAL_PROFILE], active: LOCAL_PROFILE.id };

/** The id of the profile that holds for one start only, of `--engine`. */
const PASSING_ID = 'command-line';

/** A profile for the engine that the program was started for. @param api addresses without credentials */
export function passingProfile(api: string): Profile {
  return { id: PASSING_ID, name: api.slice(0, 80), colour: 'gray', production: false, engine: { kind: 'remote', api } };
}

/** @throws BatonError when no profile has this id */
export function profileOf(all: Profiles, id: string): Profile {
  const found = all.profiles.find((one) => one.id === id);
  if (found === undefined) throw new BatonError('invalid-argument', `There is no profile "${id}".`);
  return found;
}

/** With this profile in the place of the one with its id, or at the end. @throws BatonError for a name that another has */
export function withProfile(all: Profiles, profile: Profile): Profiles {
  const twin = all.profiles.find(({ id, name }) => id !== profile.id && name === profile.name);
  if (twin !== undefined) {
    throw new BatonError('invalid-argument', `Another profile is called "${profile.name}" already.`);
  }
  const known = all.profiles.some(({ id }) => id === profile.id);
  const profiles = known
    ? all.profiles.map((one) => (one.id === profile.id ? profile : one))
    : [...all.profiles, profile];
  return { ...all, profiles };
}

/** @throws BatonError for the active one, which is left first, and for one that isn't there */
export function withoutProfile(all: Profiles, id: string): Profiles {
  const { name } = profileOf(all, id);
  if (all.active === id) {
    throw new BatonError('refused', `"${name}" is in use.`, { hint: 'Go to another profile first.' });
  }
  return { ...all, profiles: all.profiles.filter((one) => one.id !== id) };
}

/** What is kept between starts: all but the profile of `--engine`. @param before what was kept so far */
export function kept(all: Profiles, before: Profiles): Profiles {
  const profiles = all.profiles.filter(({ id }) => id !== PASSING_ID);
  const wanted = [all.active, before.active].find((id) => profiles.some((one) => one.id === id));
  return {
    profiles: profiles.length === 0 ? [LOCAL_PROFILE] : profiles,
    active: wanted ?? profiles[0]?.id ?? LOCAL_PROFILE.id,
  };
}
