import type { SearchBlend, SearchReply } from '../../../src/api/schemas/search.ts'
import { usePointed } from '../charts/pointed.ts'
import { SidePanel } from '../parts/panel.tsx'
import { capital, formatPercent } from '../text/format.ts'
import { armLabel, familyOf } from './arm-words.ts'
import { found, writeNumber } from './search-state.ts'
import { likelyReadings } from './words.ts'

type ArmPart = SearchBlend['arms'][number]

/** Which arms ran, how much each was asked for, and what became of it. */
export function BlendPanel({ onClose }: { onClose: (() => void) | undefined }) {
  const known = found.value
  return (
    <SidePanel title="Which arms ran" onClose={onClose} idle={onClose === undefined}>
      {known === undefined ? (
        <div style={{ minHeight: '420px' }} aria-busy="true" />
      ) : (
        <Blend reply={known.reply} shown={known.reply.items.length} />
      )}
    </SidePanel>
  )
}

function Blend({ reply, shown }: { reply: SearchReply; shown: number }) {
  const { blend } = reply
  const readings = likelyReadings(reply, writeNumber)
  return (
    <>
      <p class="lead" style={{ '--lines': '3' }}>
        {leadOf(blend, shown)}
      </p>
      <BlendChart blend={blend} shown={shown} />
      <h3>Why this blend</h3>
      {blend.reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      <p class="dim" style={{ marginTop: '6px' }}>
        {blend.explored
          ? `Tried on purpose, with a chance of ${formatPercent(blend.propensity)}.`
          : `Chance of this choice: ${formatPercent(blend.propensity, 0)}.`}{' '}
        {reply.version === 0
          ? 'No models have been trained yet.'
          : `Models of version ${reply.version}.`}
      </p>
      {readings.length === 0 ? null : (
        <>
          <h3>How the words were read</h3>
          <ul class="plain-list">
            {readings.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function leadOf({ arms }: SearchBlend, shown: number): string {
  const brought = arms.filter((arm) => arm.brought > 0)
  if (brought.length === 0) return 'No arm brought a candidate: the page shows what is wanted most.'
  const alone = brought.filter((arm) => arm.alone > 0).length
  const most = [...brought].sort((a, b) => b.shown - a.shown)[0]!
  const first = `${brought.length} of ${arms.length} arms brought candidates; ${armLabel(most.arm)} brought ${most.shown} of the ${shown} shown.`
  return alone === 0 ? `${first} Each candidate was brought by more than one.` : first
}

/**
 * A row an arm: the frame is what it was asked for, the light part what it brought, the dark part
 * what no other arm brought; beside it how many of the results shown it brought.
 */
function BlendChart({ blend, shown }: { blend: SearchBlend; shown: number }) {
  const { arms } = blend
  const most = Math.max(1, ...arms.map(({ asked, brought }) => Math.max(asked, brought)))
  const { index, point, handlers } = usePointed(arms.length)
  const { tabIndex, ...keys } = handlers
  const at = arms[index]
  return (
    <>
      <div
        class="blend"
        role="listbox"
        aria-label="What each arm brought"
        aria-activedescendant={index < 0 ? undefined : `arm-${index}`}
        tabIndex={tabIndex}
        {...keys}
        onPointerOver={(event) => {
          const row = (event.target as Element).closest<HTMLElement>('[data-arm]')
          if (row !== null) point(Number(row.dataset['arm']))
        }}
      >
        <p aria-hidden="true" class="blend-head">
          <span>Arm</span>
          <span>Candidates</span>
          <span class="num">Shown</span>
        </p>
        {arms.map((arm, i) => (
          <div
            key={arm.arm}
            id={`arm-${i}`}
            role="option"
            aria-selected={i === index}
            aria-label={meaningOf(arm, shown)}
            tabIndex={-1}
            class="blend-row"
            data-arm={i}
          >
            <span class="arm">
              <i aria-hidden="true">{familyOf(arm.arm).shape}</i>
              {armLabel(arm.arm)}
            </span>
            <span class="track" aria-hidden="true">
              <i class="asked" style={{ width: percent(arm.asked, most) }} />
              <i class="brought" style={{ width: percent(arm.brought, most) }} />
              <i class="alone" style={{ width: percent(arm.alone, most) }} />
            </span>
            <span class="num count">{arm.brought}</span>
            <span class="share" aria-hidden="true">
              <i style={{ width: percent(arm.shown, Math.max(1, shown)) }} />
            </span>
            <span class="num count">{arm.shown}</span>
          </div>
        ))}
      </div>
      <p class="readout lines" aria-live="polite">
        {at === undefined ? 'Point at an arm to read it; arrows move.' : meaningOf(at, shown)}
      </p>
      <p class="legend">
        <span>
          <i class="box frame" aria-hidden="true" />
          asked for
        </span>
        <span>
          <i class="box" style={{ '--key': 'var(--accent-half)' }} aria-hidden="true" />
          brought
        </span>
        <span>
          <i class="box" style={{ '--key': 'var(--accent)' }} aria-hidden="true" />
          brought alone
        </span>
      </p>
    </>
  )
}

const percent = (part: number, whole: number) => `${(100 * part) / whole}%`

function meaningOf({ arm, asked, brought, alone, shown, about }: ArmPart, all: number): string {
  const own = alone === 0 ? 'none of them alone' : `${alone} alone`
  return `${armLabel(arm)}: asked for ${asked}, brought ${brought}, ${own}; ${shown} of the ${all} shown. ${capital(about)}`
}
