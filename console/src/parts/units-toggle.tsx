import { setParams } from '../router.ts'
import { currency, inMoney } from '../state.ts'
import { currencySymbol } from '../text/format.ts'
import { Segments } from './segments.tsx'

/** Quantities as units or as money, on the whole page. */
export function UnitsToggle() {
  return (
    <Segments
      label="Show quantities in"
      value={inMoney.value ? 'money' : 'units'}
      options={[
        { value: 'units', label: 'Units' },
        { value: 'money', label: currencySymbol(currency.value) },
      ]}
      onChange={(value) => setParams({ show: value === 'money' ? 'money' : null })}
    />
  )
}
