/** A sub-category: what its products are called and how dear, large and heavy a usual one is. */
export interface SubCategory {
  readonly name: string
  readonly nouns: readonly string[]
  readonly medianPriceCents: number
  readonly medianVolumeM3: number
  readonly medianWeightKg: number
  readonly season: Season
}

/** The shape of demand over the year. */
export type Season = 'flat' | 'gift' | 'summer' | 'winter' | 'spring' | 'school' | 'fitness'

/** A department of the store: word lists for its titles and how its customers buy. */
export interface Department {
  readonly name: string
  readonly adjectives: readonly string[]
  readonly materials: readonly string[]
  readonly sizes: readonly string[]
  readonly colours: readonly string[]
  /** Share of the price that is not the purchase cost. */
  readonly margin: number
  /** Probabilities of a line's quantity being 1, 2, 3, …. */
  readonly quantityShares: readonly number[]
  /** How much more a customer at 45° north buys than one at 30° (log ratio; negative: less). */
  readonly northTilt: number
  readonly subCategories: readonly SubCategory[]
}

const list = (text: string) => text.split('|')
const COLOURS = list('black|white|grey|navy|red|green|blue|teal|beige')
const SINGLE = [0.84, 0.13, 0.03]
const SEVERAL = [0.58, 0.27, 0.15]
const MANY = [0.48, 0.26, 0.16, 0.06, 0.02, 0.02]

/** `name; nouns; price in dollars; litres; kg; season`, one sub-category a line. */
function subs(text: string): SubCategory[] {
  return text.split('\n').map((line) => {
    const [name = '', nouns = '', dollars, litres, kg, season] = line.split(';')
    return {
      name: name.trim(),
      nouns: list(nouns.trim()),
      medianPriceCents: Number(dollars) * 100,
      medianVolumeM3: Number(litres) / 1000,
      medianWeightKg: Number(kg),
      season: (season?.trim() ?? 'flat') as Season,
    }
  })
}

/** The store's departments, in the order of its front page. */
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Kitchen',
    adjectives: list('classic|professional|everyday|heavy duty|compact|induction ready|family'),
    materials: list('stainless steel|cast iron|ceramic|copper|bamboo|glass|nonstick|silicone'),
    sizes: list('8 inch|10 inch|12 inch|2 quart|4 quart|6 quart|set of 3|set of 5'),
    colours: COLOURS,
    margin: 0.42,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories: subs(`Cookware;frying pan|saucepan|stock pot|wok|griddle;38;12;2.1;gift
Bakeware;cake pan|muffin tin|baking sheet|loaf pan|pie dish;19;6;0.9;gift
Knives & Tools;chef knife|paring knife|peeler|whisk|ladle;24;1;0.3;gift
Storage;food container|canister|spice rack|bread box|jar;21;8;0.8;flat
Small Appliances;blender|toaster|kettle|coffee maker|slow cooker;62;20;3.4;gift
Tableware;dinner plate|bowl|mug|serving tray|pitcher;26;7;1.6;gift`),
  },
  {
    name: 'Home',
    adjectives: list('soft|modern|rustic|minimalist|cozy|vintage|foldable'),
    materials: list('cotton|linen|oak|walnut|velvet|wool|rattan|metal'),
    sizes: list('small|medium|large|twin|queen|king|20 inch|24 inch'),
    colours: COLOURS,
    margin: 0.47,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories: subs(`Bedding;duvet cover|sheet set|pillow|quilt|mattress pad;54;18;2;flat
Bath;bath towel|bath mat|shower curtain|robe|towel rack;27;7;0.9;flat
Lighting;table lamp|floor lamp|pendant light|night light|string lights;44;16;1.9;winter
Decor;picture frame|vase|candle|wall mirror|clock;29;8;1.2;gift
Furniture;bookshelf|side table|desk chair|nightstand|bench;139;120;14;school
Storage;storage basket|shoe rack|laundry hamper|hanger set|drawer organizer;25;22;1.5;school`),
  },
  {
    name: 'Electronics',
    adjectives: list('wireless|portable|smart|fast|noise cancelling|waterproof|slim'),
    materials: list('aluminum|carbon|plastic|braided nylon|tempered glass|silicone'),
    sizes: list('3 ft|6 ft|10 ft|64 gb|256 gb|10000 mah|13 inch|15 inch'),
    colours: list('black|white|silver|blue|red|graphite'),
    margin: 0.28,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories: subs(`Audio;headphones|earbuds|speaker|soundbar|microphone;69;3;0.6;gift
Phone Accessories;phone case|screen protector|charger|charging cable|car mount;18;0.4;0.1;flat
Computing;keyboard|mouse|webcam|usb hub|laptop stand;42;3;0.6;school
Storage Media;memory card|flash drive|portable drive|card reader;36;0.5;0.1;flat
Smart Home;smart plug|video doorbell|security camera|thermostat|smart bulb;58;2;0.4;gift
Wearables;fitness tracker|smart watch|watch band|watch charger;84;0.6;0.2;gift`),
  },
  {
    name: 'Toys',
    adjectives: list('educational|glow in the dark|magnetic|giant|mini|interactive|classic'),
    materials: list('wooden|plush|plastic|foam|cardboard|metal'),
    sizes: list('ages 2-4|ages 3-6|ages 6-9|ages 8-12|50 pieces|100 pieces|500 pieces|1000 pieces'),
    colours: list('red|blue|yellow|green|pink|rainbow'),
    margin: 0.44,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories: subs(`Building Sets;building blocks|marble run|train set|brick set;34;7;0.9;gift
Puzzles;jigsaw puzzle|brain teaser|floor puzzle|cube puzzle;19;3;0.6;gift
Board Games;board game|card game|dice game|strategy game;27;4;0.8;gift
Dolls & Plush;teddy bear|doll|puppet|dollhouse;25;8;0.6;gift
Outdoor Toys;water blaster|kite|bubble machine|flying disc;18;6;0.6;summer
Arts & Crafts;craft kit|modeling clay|bead set|sticker book;16;3;0.5;gift`),
  },
  {
    name: 'Garden',
    adjectives: list('heavy duty|solar|hanging|raised|drought resistant|ergonomic|weatherproof'),
    materials: list('cedar|galvanized steel|terracotta|resin|bamboo|rubber'),
    sizes: list('small|medium|large|25 ft|50 ft|4 pack|8 pack|2 gallon'),
    colours: list('green|brown|black|terracotta|grey|white'),
    margin: 0.43,
    quantityShares: SEVERAL,
    northTilt: -0.4,
    subCategories: subs(`Planters;planter|flower pot|window box|plant stand;28;20;2.6;spring
Tools;pruning shears|garden trowel|rake|spade|leaf blower;32;9;1.8;spring
Watering;garden hose|sprinkler|watering can|drip kit;29;10;1.7;summer
Patio;patio umbrella|lounge chair|fire pit|outdoor rug;98;80;9;summer
Seeds & Soil;potting soil|vegetable seeds|fertilizer|seed tray;14;8;3;spring
Pest Control;bug zapper|mosquito net|citronella candle|bird netting;22;5;0.9;summer`),
  },
  {
    name: 'Sports',
    adjectives: list('adjustable|lightweight|professional|quick dry|anti slip|foldable|beginner'),
    materials: list('neoprene|steel|carbon|foam|nylon|rubber'),
    sizes: list('small|medium|large|5 lb|10 lb|20 lb|2 person|4 person'),
    colours: list('black|blue|red|green|orange|purple'),
    margin: 0.4,
    quantityShares: SINGLE,
    northTilt: 0.1,
    subCategories:
      subs(`Fitness;dumbbell|yoga mat|resistance band|kettlebell|jump rope;31;8;4;fitness
Camping;tent|sleeping bag|camping stove|headlamp|cooler;66;26;3.4;summer
Cycling;bike helmet|bike light|bike pump|cycling gloves;34;5;0.6;summer
Winter Sports;ski goggles|snow sled|ice skates|hand warmers;45;12;1.6;winter
Team Sports;soccer ball|basketball|baseball glove|shin guards;27;7;0.6;school
Swimming;swim goggles|kickboard|swim cap|pool float;17;5;0.4;summer`),
  },
  {
    name: 'Clothing',
    adjectives: list('slim fit|relaxed|breathable|thermal|stretch|casual|waterproof'),
    materials: list('cotton|merino|fleece|denim|linen|polyester|leather'),
    sizes: list('XS|S|M|L|XL|XXL'),
    colours: [...COLOURS, 'olive', 'burgundy'],
    margin: 0.55,
    quantityShares: SEVERAL,
    northTilt: 0.3,
    subCategories: subs(`Tops;t-shirt|polo shirt|sweater|hoodie|tank top;27;2;0.3;flat
Bottoms;jeans|shorts|leggings|chinos|joggers;38;3;0.5;flat
Outerwear;rain jacket|parka|vest|windbreaker;82;8;1;winter
Socks & Underwear;crew socks|boxer briefs|base layer|ankle socks;19;1;0.2;gift
Winter Accessories;beanie|scarf|winter gloves|ear muffs;21;1;0.2;winter
School Wear;school polo|backpack|lunch bag|gym shorts;29;5;0.5;school`),
  },
  {
    name: 'Pets',
    adjectives: list('grain free|orthopedic|chew proof|washable|natural|interactive|senior'),
    materials: list('rope|rubber|plush|nylon|stainless steel|bamboo'),
    sizes: list('small|medium|large|5 lb|15 lb|30 lb|6 pack|12 pack'),
    colours: list('blue|red|grey|green|pink|brown'),
    margin: 0.36,
    quantityShares: MANY,
    northTilt: 0,
    subCategories: subs(`Dog Food;dry dog food|wet dog food|puppy food|dog treats;34;18;6;flat
Cat Food;dry cat food|wet cat food|kitten food|cat treats;26;10;4;flat
Litter & Cleaning;cat litter|stain remover|waste bags|litter mat;19;14;6;flat
Toys;chew toy|cat wand|tug toy|laser toy;13;2;0.3;gift
Beds;dog bed|cat tree|crate pad|pet blanket;49;40;2.6;winter
Walking;dog leash|dog harness|collar|travel bowl;21;1;0.3;spring`),
  },
  {
    name: 'Beauty',
    adjectives: list('hydrating|gentle|fragrance free|organic|daily|brightening|travel'),
    materials: list('aloe|coconut|charcoal|vitamin c|oat|argan|tea tree'),
    sizes: list('1 oz|3 oz|8 oz|16 oz|2 pack|4 pack'),
    colours: list('clear|rose|nude|coral|plum|berry'),
    margin: 0.52,
    quantityShares: SEVERAL,
    northTilt: 0,
    subCategories: subs(`Skin Care;face cream|cleanser|serum|face mask|toner;23;0.4;0.2;flat
Hair Care;shampoo|conditioner|hair oil|hair mask;16;0.9;0.5;flat
Make-up;lipstick|mascara|foundation|brow pencil;15;0.2;0.1;gift
Sun Care;sunscreen|after sun lotion|sun stick|lip balm;14;0.4;0.2;summer
Shaving;razor|shaving cream|beard oil|aftershave;19;0.5;0.3;gift
Oral Care;toothbrush|toothpaste|floss|mouthwash;12;0.8;0.4;flat`),
  },
  {
    name: 'Grocery',
    adjectives: list('organic|roasted|salted|unsweetened|gluten free|spicy|original'),
    materials: list('almond|oat|dark chocolate|honey|quinoa|coconut|peanut'),
    sizes: list('8 oz|12 oz|16 oz|32 oz|6 pack|12 pack|24 pack'),
    colours: list('variety|classic|extra|light|family|single'),
    margin: 0.27,
    quantityShares: MANY,
    northTilt: 0,
    subCategories:
      subs(`Coffee & Tea;ground coffee|coffee beans|green tea|black tea|coffee pods;17;2;0.6;winter
Snacks;granola bars|trail mix|crackers|popcorn|chips;13;4;0.6;flat
Breakfast;cereal|granola|pancake mix|oatmeal|maple syrup;12;4;0.8;winter
Pantry;pasta|rice|olive oil|canned beans|tomato sauce;14;4;1.4;flat
Sweets;chocolate bar|gummies|caramels|cookies;11;2;0.5;gift
Drinks;sparkling water|energy drink|juice|electrolyte mix;18;10;6;summer`),
  },
  {
    name: 'Office',
    adjectives: list('refillable|recycled|premium|heavy duty|quick dry|erasable|ruled'),
    materials: list('paper|leather|metal|acrylic|cork|plastic'),
    sizes: list('letter|legal|A5|A4|12 pack|24 pack|100 count|500 count'),
    colours: list('black|blue|assorted|red|white|pastel'),
    margin: 0.41,
    quantityShares: MANY,
    northTilt: 0,
    subCategories:
      subs(`Writing;gel pens|pencils|markers|highlighters|fountain pen;12;0.5;0.2;school
Paper;notebook|copy paper|sticky notes|index cards|planner;14;2;1;school
Desk;desk organizer|monitor stand|desk lamp|desk mat;33;10;1.5;school
Filing;file folders|binder|label maker|hanging files;20;5;1.2;flat
Printing;ink cartridge|toner|photo paper|label roll;37;2;0.6;flat
Mailing;shipping boxes|packing tape|bubble mailers|scale;22;12;1.6;gift`),
  },
  {
    name: 'Baby',
    adjectives: list('organic|hypoallergenic|convertible|sensory|easy clean|overnight|soft'),
    materials: list('cotton|muslin|silicone|bamboo|wooden|fleece'),
    sizes: list('newborn|0-3 months|3-6 months|6-12 months|size 3|size 5|2 pack|4 pack'),
    colours: list('white|grey|sage|blush|blue|yellow'),
    margin: 0.35,
    quantityShares: SEVERAL,
    northTilt: 0,
    subCategories: subs(`Diapering;diapers|baby wipes|diaper cream|changing pad;29;14;3;flat
Feeding;baby bottle|bib|high chair|sippy cup;24;6;0.8;flat
Nursery;swaddle blanket|crib sheet|baby monitor|mobile;36;6;0.9;flat
Travel;stroller|car seat|baby carrier|diaper bag;124;70;7;spring
Play;rattle|play mat|stacking rings|teether;22;7;0.8;gift
Clothes;bodysuit|sleeper|baby hat|booties;19;1;0.2;flat`),
  },
]
