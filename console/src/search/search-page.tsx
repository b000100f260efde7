import '../styles/rooms.css'
import '../styles/search.css'
import { useEffect } from 'preact/hooks'
import type { SearchReport } from '../../../src/api/schemas/search-report.ts'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Trouble } from '../parts/states.tsx'
import { param } from '../router.ts'
import { searchReport, searchStatus } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { CompareView } from './compare-view.tsx'
import { ReportView } from './report-view.tsx'
import { RulesView } from './rules-view.tsx'
import { TryView } from './try-view.tsx'
import { Views, viewInAddress } from './views.tsx'

const LIKE = {
  answer:
    '88 % of 888,888 searches led to a click, 88.8 % found nothing. Look at “a query of four” first: 888 searches, no result.',
  note: '888 products · models of version 8 · policy on',
}

/** The first line where the report fails: all else of the page still works. */
const UNREAD = 'What customers find could not be read. Searching, comparing and rules still work.'

/** What do customers find? */
export function SearchPage() {
  useEffect(() => {
    void searchReport.load()
    void searchStatus.load()
  }, [])
  const known = searchReport.data.value
  const error = searchReport.error.value
  const isUnknown = error !== undefined && known === undefined
  if (isUnknown && error.reply.code === 'ERR_STORE_EMPTY') {
    return <Trouble error={error} what="the search report" retry={() => void searchReport.load()} />
  }
  const view = viewInAddress()
  return (
    <>
      <PageHead answer={isUnknown ? UNREAD : known?.sentence} note={noteOf()} like={LIKE}>
        <NextThing known={known} isUnknown={isUnknown} />
      </PageHead>
      <Views />
      {view === 'try' ? <TryView /> : null}
      {view === 'compare' ? <CompareView /> : null}
      {view === 'report' ? <ReportView /> : null}
      {view === 'rules' ? <RulesView /> : null}
    </>
  )
}

function noteOf(): string | undefined {
  const status = searchStatus.data.value
  if (status === undefined) return undefined
  const { policy, version, products } = status
  const models = version === 0 ? 'no models yet' : `models of version ${version}`
  const state = !policy.on ? 'off' : policy.retreated ? 'retreated' : 'on'
  return `${formatPlural(products, 'product')} · ${models} · policy ${state}`
}

/** A label that fits a button. */
const short = (text: string) => (text.length > 22 ? `${text.slice(0, 21)}…` : text)

/** The one thing to do: the query that fails most customers, or the comparison. */
function NextThing({ known, isUnknown }: { known: SearchReport | undefined; isUnknown: boolean }) {
  if (isUnknown) {
    return (
      <button type="button" class="primary next" onClick={() => void searchReport.load()}>
        Read the report again
      </button>
    )
  }
  if (known === undefined) {
    return (
      <button type="button" class="primary next" disabled>
        {'\u00a0'}
      </button>
    )
  }
  const tried = param('q')
  const worst = [...known.unanswered, ...known.unclicked].find(({ text }) => text !== tried)
  return worst === undefined ? (
    <Link class="button primary next" to={{ page: 'search', params: { view: 'compare' } }}>
      Compare with the default
    </Link>
  ) : (
    <Link class="button primary next" to={{ page: 'search', params: { q: worst.text } }}>
      {`Try “${short(worst.text)}”`}
    </Link>
  )
}
