import { Segments } from '../parts/segments.tsx'
import { param, setParams } from '../router.ts'

const VIEWS = [
  { value: 'products', label: 'Products' },
  { value: 'groups', label: 'Groups' },
  { value: 'models', label: 'Models' },
  { value: 'occasions', label: 'Occasions' },
  { value: 'lost', label: 'Lost sales' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** What the list of the page is about; products unless the address says otherwise. */
export function viewInAddress(): View {
  return VIEWS.find(({ value }) => value === param('view'))?.value ?? 'products'
}

/** The lists of the page, side by side. */
export function Views() {
  return (
    <div class="views">
      <Segments
        label="List"
        value={viewInAddress()}
        options={VIEWS}
        onChange={(view) =>
          setParams({
            view: view === 'products' ? null : view,
            segment: null,
            event: null,
            product: null,
            group: null,
            level: null,
          })
        }
      />
    </div>
  )
}
