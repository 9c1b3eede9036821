/** What a pass brought to light about a closing beside what Ready says. Pure. */
import type { Notice } from '../../controller/kind.ts';
import type { PolicyResource } from './observed.ts';
import type { Reason } from './reasons.ts';

/** The answer to a closing may get lost; that it was sent may not. */
export function notices(before: PolicyResource, after: PolicyResource): readonly Notice[] {
  const [was, is] = [before.status?.change, after.status?.change];
  const closing: Reason = 'Closing';
  const puttingBack: Reason = 'PuttingBack';
  return [
    ...(is !== undefined && is.time !== was?.time
      ? [
          {
            reason: closing,
            note: 'set allowedNetwork to private-only; to be confirmed over the private path',
          },
        ]
      : []),
    ...(is?.phase === 'PuttingBack' && was?.phase !== 'PuttingBack'
      ? [
          {
            type: 'Warning',
            reason: puttingBack,
            note: 'the private path is lost: what was there before is being put back',
          } as const,
        ]
      : []),
  ];
}
