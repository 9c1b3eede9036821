/** Which runs there are: every boundary of an undisturbed closing with everything that can go wrong there, and pairs. */
import { sample, shuffle } from '../../../faults/sample.ts';
import { type Boundary, nameOf } from './boundary.ts';
import { cloudTroubles, type Disturbance, disturbanceName, kubeTroubles } from './disturbance.ts';
import { close, type Place, places } from './world.ts';

export interface LockoutPlan {
  /** Unique. */
  readonly name: string;
  readonly place: Place;
  readonly disturbances: readonly Disturbance[];
}

/** Around these calls a closing can go wrong; all of them are tried. */
const turning = /(PUT private|kube intent) #1$/;

/** Of a clean run at each place; the same for the same seed. */
export async function lockoutPlans(seed: number, count: number): Promise<readonly LockoutPlan[]> {
  const singles = (await Promise.all(places.map(singlesAt))).flat();
  const first = sample(
    singles.filter(({ disturbances: [one] }) => one !== undefined && turning.test(nameOf(one.at))),
    count / 2,
    `turning ${seed}`,
  );
  const rest = sample(
    singles.filter((plan) => !first.includes(plan)),
    Math.ceil((count - first.length) / 2),
    `single ${seed}`,
  );
  const pairs = pairsOf(singles, seed);
  return [...first, ...rest, ...sample(pairs, count - first.length - rest.length, `pair ${seed}`)];
}

async function singlesAt(place: Place): Promise<readonly LockoutPlan[]> {
  const { boundaries } = await close(place, []);
  return boundaries.flatMap((at) =>
    troublesAt(at).map((what) => {
      const one: Disturbance = { at, what };
      return { name: `${place}: ${disturbanceName(one)}`, place, disturbances: [one] };
    }),
  );
}

/** A refusal comes instead of the call; afterwards only its answer can get lost. */
function troublesAt({ call, moment }: Boundary): readonly Disturbance['what'][] {
  const troubles = call.startsWith('kube') ? kubeTroubles : cloudTroubles;
  return troubles.filter(
    (what) => moment === 'before' || what.kind !== 'call' || (what.harm.status ?? 500) >= 500,
  );
}

/** Each single one with one other of its place, as the seed has it. */
function pairsOf(singles: readonly LockoutPlan[], seed: number): readonly LockoutPlan[] {
  return places.flatMap((place) => {
    const here = singles.filter((plan) => plan.place === place);
    const shuffled = shuffle(here, `other ${seed}`);
    return here.flatMap((one, index) => {
      const other = shuffled[index];
      return other === undefined || other === one
        ? []
        : {
            name: `${one.name}, and ${other.name.slice(place.length + 2)}`,
            place,
            disturbances: [...one.disturbances, ...other.disturbances],
          };
    });
  });
}
