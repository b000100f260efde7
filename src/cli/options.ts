import { userInfo } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { requireLevels } from '../core/quantiles.ts'

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

/** Rising quantile levels in a list, for commander. */
export function parseLevels(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim())
  const odd = parts.find((part) => part === '' || Number.isNaN(Number(part)))
  if (odd !== undefined)
    throw new InvalidArgumentError(`levels: "${odd}" is not a number, such as 0.9`)
  const levels = parts.map(Number)
  try {
    requireLevels(levels)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
  return levels
}

/** Names in a list, for commander. */
export function parseNames(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}
