import { signal } from '@preact/signals'
import { type Address, addressOf, type Params, pathOf } from './address.ts'

/** Where the person is: always what stands in the address bar. */
export const address = signal<Address>(addressOf(location.pathname, location.search))

addEventListener('popstate', () => {
  address.value = addressOf(location.pathname, location.search)
})

/** Goes to another page, or to the same one with other parameters. */
export function go(next: Address, { replace = false } = {}): void {
  const changedPage = next.page !== address.peek().page
  history[replace ? 'replaceState' : 'pushState'](null, '', pathOf(next))
  address.value = next
  if (changedPage) scrollTo(0, 0)
}

/** Changes parameters of the page; null takes one out. */
export function setParams(
  changes: Record<string, string | null>,
  options = { replace: true },
): void {
  const { page, params } = address.peek()
  const kept: Params = { ...params }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') delete kept[name]
    else kept[name] = value
  }
  go({ page, params: kept }, options)
}

/** One parameter of the page, or undefined. */
export function param(name: string): string | undefined {
  return address.value.params[name]
}
