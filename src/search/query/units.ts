/** Units that follow a number, and the form in which "8 GB", "8gb" and "8 gigabytes" are one. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  inch: ['inch', 'inches'],
  gb: ['gb', 'gigabyte', 'gigabytes'],
  mb: ['mb', 'megabyte', 'megabytes'],
  tb: ['tb', 'terabyte', 'terabytes'],
  cm: ['cm', 'centimeter', 'centimeters', 'centimetre', 'centimetres'],
  mm: ['mm', 'millimeter', 'millimeters', 'millimetre', 'millimetres'],
  kg: ['kg', 'kilogram', 'kilograms'],
  ml: ['ml', 'milliliter', 'milliliters', 'millilitre', 'millilitres'],
  oz: ['oz', 'ounce', 'ounces'],
  lb: ['lb', 'lbs', 'pound', 'pounds'],
  ft: ['ft', 'feet', 'foot'],
  w: ['w', 'watt', 'watts'],
  v: ['v', 'volt', 'volts'],
  mah: ['mah'],
  ghz: ['ghz'],
  mhz: ['mhz'],
  khz: ['khz'],
  hz: ['hz'],
  mp: ['mp', 'megapixel', 'megapixels'],
  rpm: ['rpm'],
  dpi: ['dpi'],
  mbps: ['mbps'],
  gbps: ['gbps'],
  pcs: ['pcs', 'pc'],
}

const canonical = new Map<string, string>()
for (const [unit, names] of Object.entries(UNITS)) {
  for (const name of names) canonical.set(name, unit)
}
/** Short forms that are words of their own unless they stick to the number. */
const ATTACHED = new Map([...canonical, ['in', 'inch'], ['g', 'g'], ['l', 'l'], ['m', 'm']])
const NUMBER_WITH_UNIT = /^(\d+(?:\.\d+)?)([a-z]+)$/

/** The common form of a unit written apart from its number, or undefined: "gigabytes" → "gb". */
export function unitOf(word: string): string | undefined {
  return canonical.get(word)
}

/** The common form of a number with its unit in one word, or the word: "17in" → "17inch". */
export function withUnit(word: string): string {
  const parts = NUMBER_WITH_UNIT.exec(word)
  const unit = parts === null ? undefined : ATTACHED.get(parts[2]!)
  return unit === undefined ? word : parts![1]! + unit
}
