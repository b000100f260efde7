import { StorewrightError } from '../../core/errors.ts'

/** The answer where nothing has been planned yet: what, and the command that plans it. */
export function notPlanned(what: string, command: string): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', what, { next: `Plan them: \`${command}\`` })
}

/** The answer to a version that is not kept. `what` in the plural, such as `regions 7`. */
export function notKept(
  what: string,
  versions: readonly { readonly version: number }[],
): StorewrightError {
  return new StorewrightError('ERR_PLAN_NOT_FOUND', `there are no ${what}`, {
    next: `Kept are: ${versions.map(({ version }) => version).join(', ')}.`,
  })
}
