/**
 * Facts about the United States, typed in. Populations: US Census Bureau, 2020 Decennial Census
 * (Redistricting Data, table P1): resident population of the states, the District of Columbia and
 * Puerto Rico, and of the hundred most populous incorporated places (Honolulu: the census
 * designated place). City coordinates: the places' interior points (US Census Bureau Gazetteer),
 * rounded; where that point lies in the water, a point on land nearby.
 */

/** A state (or DC, Puerto Rico) by its two-digit FIPS code. */
export interface StateFact {
  readonly fips: string
  readonly code: string
  readonly name: string
  /** Residents on 2020-04-01. */
  readonly population: number
  /** Hours to subtract from UTC for its winter clock (the most populous part of the state). */
  readonly hoursBehindUtc: number
}

/** A city: name, two-letter state, residents on 2020-04-01, degrees north and east. */
export interface CityFact {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly population: number
  readonly lat: number
  readonly lon: number
}

const STATE_ROWS = `01|AL|Alabama|5024279|6
02|AK|Alaska|733391|9
04|AZ|Arizona|7151502|7
05|AR|Arkansas|3011524|6
06|CA|California|39538223|8
08|CO|Colorado|5773714|7
09|CT|Connecticut|3605944|5
10|DE|Delaware|989948|5
11|DC|District of Columbia|689545|5
12|FL|Florida|21538187|5
13|GA|Georgia|10711908|5
15|HI|Hawaii|1455271|10
16|ID|Idaho|1839106|7
17|IL|Illinois|12812508|6
18|IN|Indiana|6785528|5
19|IA|Iowa|3190369|6
20|KS|Kansas|2937880|6
21|KY|Kentucky|4505836|5
22|LA|Louisiana|4657757|6
23|ME|Maine|1362359|5
24|MD|Maryland|6177224|5
25|MA|Massachusetts|7029917|5
26|MI|Michigan|10077331|5
27|MN|Minnesota|5706494|6
28|MS|Mississippi|2961279|6
29|MO|Missouri|6154913|6
30|MT|Montana|1084225|7
31|NE|Nebraska|1961504|6
32|NV|Nevada|3104614|8
33|NH|New Hampshire|1377529|5
34|NJ|New Jersey|9288994|5
35|NM|New Mexico|2117522|7
36|NY|New York|20201249|5
37|NC|North Carolina|10439388|5
38|ND|North Dakota|779094|6
39|OH|Ohio|11799448|5
40|OK|Oklahoma|3959353|6
41|OR|Oregon|4237256|8
42|PA|Pennsylvania|13002700|5
44|RI|Rhode Island|1097379|5
45|SC|South Carolina|5118425|5
46|SD|South Dakota|886667|6
47|TN|Tennessee|6910840|6
48|TX|Texas|29145505|6
49|UT|Utah|3271616|7
50|VT|Vermont|643077|5
51|VA|Virginia|8631393|5
53|WA|Washington|7705281|8
54|WV|West Virginia|1793716|5
55|WI|Wisconsin|5893718|6
56|WY|Wyoming|576851|7
72|PR|Puerto Rico|3285874|4`

const CITY_ROWS = `New York|NY|8804190|40.6635|-73.9387
Los Angeles|CA|3898747|34.0194|-118.4108
Chicago|IL|2746388|41.8376|-87.6818
Houston|TX|2304580|29.7866|-95.3909
Phoenix|AZ|1608139|33.5722|-112.0901
Philadelphia|PA|1603797|40.0094|-75.1333
San Antonio|TX|1434625|29.4724|-98.5251
San Diego|CA|1386932|32.8153|-117.135
Dallas|TX|1304379|32.7933|-96.7665
San Jose|CA|1013240|37.2967|-121.8189
Austin|TX|961855|30.3039|-97.7544
Jacksonville|FL|949611|30.3369|-81.6616
Fort Worth|TX|918915|32.7815|-97.3467
Columbus|OH|905748|39.9852|-82.9848
Indianapolis|IN|887642|39.7767|-86.1459
Charlotte|NC|874579|35.2078|-80.831
San Francisco|CA|873965|37.7599|-122.437
Seattle|WA|737015|47.6205|-122.3309
Denver|CO|715522|39.7619|-104.8811
Washington|DC|689545|38.9041|-77.0172
Nashville|TN|689447|36.1718|-86.785
Oklahoma City|OK|681054|35.4671|-97.5137
El Paso|TX|678815|31.8484|-106.427
Boston|MA|675647|42.338|-71.07
Portland|OR|652503|45.537|-122.65
Las Vegas|NV|641903|36.2292|-115.2601
Detroit|MI|639111|42.383|-83.1022
Memphis|TN|633104|35.1035|-89.9785
Louisville|KY|633045|38.1654|-85.6474
Baltimore|MD|585708|39.3002|-76.6105
Milwaukee|WI|577222|43.0633|-87.9667
Albuquerque|NM|564559|35.1056|-106.6474
Tucson|AZ|542629|32.1531|-110.8706
Fresno|CA|542107|36.7836|-119.7934
Sacramento|CA|524943|38.5666|-121.4686
Kansas City|MO|508090|39.1251|-94.551
Mesa|AZ|504258|33.4019|-111.7174
Atlanta|GA|498715|33.7629|-84.4227
Omaha|NE|486051|41.2644|-96.0451
Colorado Springs|CO|478961|38.8673|-104.7607
Raleigh|NC|467665|35.8306|-78.6418
Long Beach|CA|466742|33.8092|-118.1553
Virginia Beach|VA|459470|36.78|-76.0252
Miami|FL|442241|25.7752|-80.2086
Oakland|CA|440646|37.7698|-122.2257
Minneapolis|MN|429954|44.9633|-93.2683
Tulsa|OK|413066|36.1279|-95.9023
Bakersfield|CA|403455|35.3212|-119.0183
Wichita|KS|397532|37.6907|-97.3459
Arlington|TX|394266|32.7007|-97.1247
Aurora|CO|386261|39.688|-104.6897
Tampa|FL|384959|27.9701|-82.4797
New Orleans|LA|383997|30.0534|-89.9345
Cleveland|OH|372624|41.4785|-81.6794
Honolulu|HI|350964|21.3243|-157.8476
Anaheim|CA|346824|33.8555|-117.7601
Lexington|KY|322570|38.0407|-84.4583
Stockton|CA|320804|37.9763|-121.3133
Corpus Christi|TX|317863|27.715|-97.42
Henderson|NV|317610|36.0097|-115.0357
Riverside|CA|314998|33.9381|-117.3932
Newark|NJ|311549|40.7242|-74.1726
Saint Paul|MN|311527|44.9489|-93.1041
Santa Ana|CA|310227|33.7363|-117.883
Cincinnati|OH|309317|39.1402|-84.5058
Irvine|CA|307670|33.6784|-117.7713
Orlando|FL|307573|28.5|-81.37
Pittsburgh|PA|302971|40.4398|-79.9766
St. Louis|MO|301578|38.6357|-90.2446
Greensboro|NC|299035|36.0951|-79.827
Jersey City|NJ|292449|40.7114|-74.0648
Anchorage|AK|291247|61.1743|-149.2843
Lincoln|NE|291082|40.8105|-96.6803
Plano|TX|285494|33.0508|-96.7479
Durham|NC|283506|35.981|-78.9056
Buffalo|NY|278349|42.8925|-78.8597
Chandler|AZ|275987|33.2829|-111.8549
Chula Vista|CA|275487|32.6277|-117.0152
Toledo|OH|270871|41.6641|-83.5819
Madison|WI|269840|43.0878|-89.4299
Gilbert|AZ|267918|33.3103|-111.7431
Reno|NV|264165|39.5491|-119.8499
Fort Wayne|IN|263886|41.0882|-85.1439
North Las Vegas|NV|262527|36.2857|-115.0939
St. Petersburg|FL|258308|27.762|-82.6441
Lubbock|TX|257141|33.5656|-101.8867
Irving|TX|256684|32.8577|-96.97
Laredo|TX|255205|27.5604|-99.4892
Winston-Salem|NC|249545|36.1027|-80.261
Chesapeake|VA|249422|36.6794|-76.3018
Glendale|AZ|248325|33.5331|-112.1899
Garland|TX|246018|32.9098|-96.6303
Scottsdale|AZ|241361|33.6687|-111.8237
Norfolk|VA|238005|36.88|-76.25
Boise|ID|235684|43.6002|-116.2317
Fremont|CA|230504|37.4944|-121.9411
Spokane|WA|228989|47.6669|-117.4333
Santa Clarita|CA|228673|34.403|-118.5042
Baton Rouge|LA|227470|30.4422|-91.1309
Richmond|VA|226610|37.5314|-77.476`

/** The 50 states, the District of Columbia and Puerto Rico, by FIPS code. */
export const STATES: readonly StateFact[] = STATE_ROWS.split('\n').map((row) => {
  const [fips = '', code = '', name = '', population, hours] = row.split('|')
  return { fips, code, name, population: Number(population), hoursBehindUtc: Number(hours) }
})

/** The hundred most populous cities, largest first. */
export const CITIES: readonly CityFact[] = CITY_ROWS.split('\n').map((row) => {
  const [name = '', state = '', population, lat, lon] = row.split('|')
  const slug = name.toLowerCase().replaceAll('.', '').replaceAll(' ', '-')
  return {
    id: `city-${slug}-${state.toLowerCase()}`,
    name,
    state,
    population: Number(population),
    lat: Number(lat),
    lon: Number(lon),
  }
})

/** New York City lies in five counties: residents of each borough's county (2020 census). */
export const NEW_YORK_BOROUGHS: readonly (readonly [countyFips: string, population: number])[] = [
  ['36005', 1472654],
  ['36047', 2736074],
  ['36061', 1694251],
  ['36081', 2405464],
  ['36085', 495747],
]

/**
 * Crossings by sea or air that tie what no land border ties, so that the country is one graph:
 * pairs of county FIPS codes. Chosen as the usual ferry or flight.
 */
export const COUNTY_BRIDGES: readonly (readonly [string, string])[] = [
  ['02020', '53033'], // Anchorage – King (Seattle)
  ['02016', '02013'], // Aleutians West – Aleutians East
  ['15003', '06037'], // Honolulu – Los Angeles
  ['15003', '15007'], // Honolulu – Kauai
  ['15003', '15009'], // Honolulu – Maui
  ['15009', '15001'], // Maui – Hawaii
  ['25019', '25001'], // Nantucket – Barnstable (Cape Cod)
  ['25007', '25001'], // Dukes (Martha's Vineyard) – Barnstable
  ['53055', '53057'], // San Juan – Skagit (Anacortes)
  ['36085', '36047'], // Richmond (Staten Island) – Kings (Verrazzano bridge)
  ['26097', '26047'], // Mackinac – Emmet (Mackinac bridge)
  ['51131', '51810'], // Northampton – Virginia Beach (Chesapeake Bay bridge-tunnel)
  ['72127', '12086'], // San Juan – Miami-Dade
  ['72049', '72037'], // Culebra – Ceiba
  ['72147', '72037'], // Vieques – Ceiba
]

/** The same for states: pairs of state FIPS codes. */
export const STATE_BRIDGES: readonly (readonly [string, string])[] = [
  ['02', '53'],
  ['15', '06'],
  ['72', '12'],
]
