import { Segments } from '../parts/segments.tsx'
import { param, setParams } from '../router.ts'

const VIEWS = [
  { value: 'try', label: 'Try' },
  { value: 'compare', label: 'Compare' },
  { value: 'report', label: 'Report' },
  { value: 'rules', label: 'Rules and models' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** What the page shows; trying unless the address says otherwise. */
export function viewInAddress(): View {
  return VIEWS.find(({ value }) => value === param('view'))?.value ?? 'try'
}

/** The parts of the page, side by side; what was typed stays. */
export function Views() {
  return (
    <div class="views">
      <Segments
        label="Show"
        value={viewInAddress()}
        options={VIEWS}
        onChange={(view) =>
          setParams({
            view: view === 'try' ? null : view,
            result: null,
            compared: null,
            set: null,
            order: null,
            list: null,
            panel: null,
          })
        }
      />
    </div>
  )
}
