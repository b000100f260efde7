import type { Command } from 'commander'

/** Adds --store, which every command that works on a store takes. */
export function storeOption(command: Command): Command {
  return command.requiredOption('--store <dir>', 'folder of the store (storewright init makes one)')
}
