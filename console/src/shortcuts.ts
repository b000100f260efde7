import { showKeys } from './parts/keys.tsx'
import { hush } from './parts/toast.tsx'
import { address, param, setParams } from './router.ts'

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'radio'].includes(target.type)
  return target.matches('textarea, select') || target.isContentEditable
}

/** What the open row is called in the address, by the list that is shown. */
const ROW_OF_VIEW: Readonly<Record<string, string>> = {
  models: 'segment',
  occasions: 'event',
  compare: 'compared',
  lanes: 'lane',
  trucks: 'lane',
  servers: 'order',
}
const ROW_OF_PAGE: Readonly<Record<string, string>> = {
  buying: 'line',
  search: 'result',
  network: 'region',
  orders: 'order',
  load: 'row',
}

/** Closes what is on top: the list of keys, a page panel, a row's panel, or a message. */
function close(): void {
  const { page } = address.peek()
  const row = ROW_OF_VIEW[param('view') ?? ''] ?? ROW_OF_PAGE[page] ?? 'product'
  // Elsewhere an empty row stands for the first one, which only `none` closes.
  const closed =
    ['outcome', 'search', 'network', 'orders', 'stock', 'load'].includes(page) ||
    param('view') !== undefined
  if (param('panel') !== undefined) setParams({ panel: null })
  else if (param(row) !== 'none' && document.querySelector('.panel:not(.idle)') !== null) {
    setParams({ [row]: closed ? null : 'none', at: null })
  } else hush()
  document.getElementById('grid')?.focus({ preventScroll: true })
}

/** Keys that work everywhere; see the list of keys. */
export function onGlobalKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || showKeys.peek()) return
  if (event.key === 'Escape') close()
  if (isTyping(event.target)) return
  if (event.key === '/') {
    event.preventDefault()
    const find = document.getElementById('find')
    find?.focus()
    if (find instanceof HTMLInputElement) find.select()
  } else if (event.key === '?') {
    event.preventDefault()
    showKeys.value = true
  }
}
