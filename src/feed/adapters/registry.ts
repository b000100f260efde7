import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { Adapter } from './adapter.ts'
import { invoicesAdapter } from './invoices/invoices.ts'
import { nativeAdapter } from './native.ts'
import { panelAdapter } from './panel.ts'
import { shopifyInventoryAdapter } from './shopify/shopify-inventory.ts'

/** Every adapter, the default first. */
export const ADAPTERS: readonly Adapter[] = [
  nativeAdapter,
  panelAdapter,
  invoicesAdapter,
  shopifyInventoryAdapter,
]

export const adapterNames: readonly string[] = ADAPTERS.map(({ name }) => name)

/** The adapter of a name. Throws ERR_ARGUMENT with the nearest name. */
export function adapterNamed(name: string): Adapter {
  const adapter = ADAPTERS.find((candidate) => candidate.name === name)
  if (adapter !== undefined) return adapter
  throw new StorewrightError('ERR_ARGUMENT', `there is no adapter ${name}`, {
    next: `Did you mean ${nearest(name, adapterNames)}? There are ${adapterNames.join(', ')}.`,
  })
}
