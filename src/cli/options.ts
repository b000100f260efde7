import { userInfo } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'

/** Adds --store, which every command that works on a store takes. */
export function storeOption(command: Command): Command {
  return command.requiredOption('--store <dir>', 'folder of the store (storewright init makes one)')
}

/** Who runs the program; a container may run it as a user without a name. */
export function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? 'unknown'
  }
}

/** A whole number of at least `least`, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^-?\d+$/.test(text) && value >= least) return value
    throw new InvalidArgumentError(`Give a whole number from ${least}.`)
  }
}
