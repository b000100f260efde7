import { Segments } from '../parts/segments.tsx'
import { param, setParams } from '../router.ts'

const VIEWS = [
  { value: 'map', label: 'Map' },
  { value: 'lanes', label: 'Lanes' },
  { value: 'trucks', label: 'Trucks' },
  { value: 'route', label: 'A parcel' },
  { value: 'what-if', label: 'What if' },
  { value: 'routes', label: 'Switching' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** What the page shows; the map unless the address says otherwise. */
export function viewInAddress(): View {
  return VIEWS.find(({ value }) => value === param('view'))?.value ?? 'map'
}

/** The parts of the page, side by side; a form keeps what was put into it. */
export function Views() {
  return (
    <div class="views">
      <Segments
        label="Show"
        value={viewInAddress()}
        options={VIEWS}
        onChange={(view) =>
          setParams({
            view: view === 'map' ? null : view,
            ...{ lane: null, q: null, sort: null, order: null, status: null, purpose: null },
          })
        }
      />
    </div>
  )
}
