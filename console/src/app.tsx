import { useEffect } from 'preact/hooks'
import { PAGES } from './address.ts'
import { BuyingPage } from './buying/buying-page.tsx'
import { DemandPage } from './demand/demand-page.tsx'
import { OutcomePage } from './outcome/outcome-page.tsx'
import { KeysDialog, showKeys } from './parts/keys.tsx'
import { lazily } from './parts/lazily.tsx'
import { Link } from './parts/link.tsx'
import { Toast } from './parts/toast.tsx'
import { TokenDialog } from './parts/token-dialog.tsx'
import { address } from './router.ts'
import { onGlobalKey } from './shortcuts.ts'
import { date, preload, store } from './state.ts'

const NetworkPage = lazily(async () => (await import('./network/network-page.tsx')).NetworkPage)
const OrdersPage = lazily(async () => (await import('./orders/orders-page.tsx')).OrdersPage)
const StockPage = lazily(async () => (await import('./stock/stock-page.tsx')).StockPage)
const LoadPage = lazily(async () => (await import('./load/load-page.tsx')).LoadPage)
const WarehousePage = lazily(
  async () => (await import('./warehouse/warehouse-page.tsx')).WarehousePage,
)
const SearchPage = lazily(async () => (await import('./search/search-page.tsx')).SearchPage)

const BODIES = {
  demand: DemandPage,
  buying: BuyingPage,
  search: SearchPage,
  network: NetworkPage,
  orders: OrdersPage,
  stock: StockPage,
  load: LoadPage,
  warehouse: WarehousePage,
  outcome: OutcomePage,
} as const

/** The console: where you are, the page, what was just done, and the keys. */
export function App() {
  const { page } = address.value
  const known = store.data.value
  const failed = store.error.value
  useEffect(() => {
    addEventListener('keydown', onGlobalKey)
    document.addEventListener('visibilitychange', refresh)
    return () => {
      removeEventListener('keydown', onGlobalKey)
      document.removeEventListener('visibilitychange', refresh)
    }
  }, [])
  const { title } = PAGES.find((candidate) => candidate.page === page)!
  useEffect(() => {
    document.title = known === undefined ? `${title} · Storewright` : `${title} · ${known.name}`
  }, [title, known])
  useEffect(() => {
    // On a phone the pages scroll sideways: the one that is open shows.
    document
      .querySelector('.nav [aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [page])
  const Body = BODIES[page]
  return (
    <div class="app">
      <a class="button skip" href="#grid">
        Go to the list
      </a>
      <nav class="nav" aria-label="Pages">
        <div class="brand">
          <Mark />
          Storewright
        </div>
        <ul>
          {PAGES.map((one) => (
            <li key={one.page}>
              <Link to={{ page: one.page, params: {} }} current={one.page === page}>
                <span>{one.title}</span>
                <small>{one.question}</small>
              </Link>
            </li>
          ))}
        </ul>
        <footer>
          <span>{known?.name ?? ' '}</span>
          <span>{known?.asOf == null ? ' ' : `sales up to ${date(known.asOf)}`}</span>
          <button
            type="button"
            class="plain"
            onClick={() => {
              showKeys.value = true
            }}
          >
            Keys (?)
          </button>
        </footer>
      </nav>
      <main id="main">
        {known === undefined && failed === undefined ? null : <Body key={page} />}
      </main>
      <Toast />
      <KeysDialog />
      <TokenDialog />
    </div>
  )
}

/** Reads the store and the page again when the tab is looked at after a while. */
function refresh(): void {
  if (document.visibilityState === 'hidden') return
  void store.load()
  preload(address.peek().page)
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path
        d="M3 9.5 12 4l9 5.5M5 10v9h14v-9M9 19v-5h6v5"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  )
}
