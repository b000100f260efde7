/** A sub-category: what its products are called and how dear, large and heavy a usual one is. */
export interface SubCategory {
  readonly name: string
  readonly nouns: readonly string[]
  readonly materials: readonly string[]
  readonly sizes: readonly string[]
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

/** One sub-category a line: name; nouns; dollars; litres; kg; season; materials; sizes. */
function subs(text: string): SubCategory[] {
  return text.split('\n').map((line) => {
    const [name = '', nouns = '', dollars, litres, kg, season, materials = '', sizes = ''] =
      line.split(';')
    return {
      name,
      nouns: list(nouns),
      materials: list(materials),
      sizes: list(sizes),
      medianPriceCents: Number(dollars) * 100,
      medianVolumeM3: Number(litres) / 1000,
      medianWeightKg: Number(kg),
      season: season as Season,
    }
  })
}

/** The store's departments, in the order of its front page. */
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Kitchen',
    adjectives: list('classic|professional|everyday|compact|modern|family|premium'),
    colours: COLOURS,
    margin: 0.42,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories:
      subs(`Cookware;frying pan|saucepan|stock pot|wok|griddle;38;12;2.1;gift;stainless steel|cast iron|ceramic|copper|nonstick|carbon steel;8 inch|10 inch|12 inch|3 quart|6 quart
Bakeware;cake pan|muffin tin|baking sheet|loaf pan|pie dish;19;6;0.9;gift;aluminum|silicone|ceramic|glass|nonstick;9 inch|11 inch|13 inch|set of 2|set of 3
Knives & Tools;chef knife|paring knife|peeler|whisk|ladle;24;1;0.3;gift;stainless steel|ceramic|olive wood|carbon steel|silicone;6 inch|8 inch|10 inch|set of 2|set of 4
Food Storage;food container|canister|spice rack|bread box|storage jar;21;8;0.8;flat;glass|bamboo|stainless steel|ceramic|plastic;1 quart|2 quart|4 quart|set of 3|set of 5
Small Appliances;blender|toaster|kettle|coffee maker|slow cooker;62;20;3.4;gift;stainless steel|glass|brushed metal|matte|enamel;1 quart|2 quart|4 quart|6 quart|8 quart
Tableware;dinner plate|soup bowl|mug|serving tray|pitcher;26;7;1.6;gift;stoneware|porcelain|glass|bamboo|acacia wood;single|set of 2|set of 4|set of 6|set of 8`),
  },
  {
    name: 'Home',
    adjectives: list('soft|modern|rustic|minimalist|cozy|vintage|elegant'),
    colours: COLOURS,
    margin: 0.47,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories:
      subs(`Bedding;duvet cover|sheet set|pillow|quilt|mattress pad;54;18;2;flat;cotton|linen|bamboo|microfiber|flannel|down;twin|full|queen|king|california king
Bath;bath towel|bath mat|shower curtain|bathrobe|hand towel;27;7;0.9;flat;cotton|bamboo|linen|microfiber|waffle weave;small|medium|large|set of 2|set of 4
Lighting;table lamp|floor lamp|pendant light|night light|string lights;44;16;1.9;winter;brass|rattan|glass|ceramic|walnut|iron;10 inch|16 inch|24 inch|60 inch|10 ft
Decor;picture frame|vase|candle|wall mirror|wall clock;29;8;1.2;gift;oak|walnut|ceramic|glass|brass|marble;4 x 6|8 x 10|11 x 14|12 inch|16 inch
Furniture;bookshelf|side table|desk chair|nightstand|bench;139;120;14;school;oak|walnut|pine|steel|velvet|rattan;narrow|standard|wide|tall|low
Organizing;storage basket|shoe rack|laundry hamper|hanger set|drawer organizer;25;22;1.5;school;seagrass|bamboo|canvas|wire|felt|cotton rope;small|medium|large|set of 2|set of 3`),
  },
  {
    name: 'Electronics',
    adjectives: list('portable|reliable|fast|slim|rugged|compact|pro'),
    colours: list('black|white|silver|blue|red|graphite'),
    margin: 0.28,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories:
      subs(`Audio;headphones|earbuds|speaker|soundbar|microphone;69;3;0.6;gift;wireless|bluetooth|usb-c|noise cancelling|studio;mini|standard|large|2 pack|travel
Phone Accessories;phone case|screen protector|wall charger|charging cable|car mount;18;0.4;0.1;flat;silicone|leather|tempered glass|braided nylon|aluminum;5.8 inch|6.1 inch|6.7 inch|3 ft|6 ft
Computing;keyboard|mouse|webcam|usb hub|laptop stand;42;3;0.6;school;wireless|mechanical|aluminum|ergonomic|usb-c;compact|full size|13 inch|15 inch|17 inch
Storage Media;memory card|flash drive|portable drive|card reader;36;0.5;0.1;flat;usb-c|usb 3.2|high speed|encrypted|metal;64 gb|128 gb|256 gb|1 tb|2 tb
Smart Home;smart plug|video doorbell|security camera|thermostat|smart bulb;58;2;0.4;gift;wifi|zigbee|battery|wired|solar;single|2 pack|3 pack|4 pack|starter kit
Wearables;fitness tracker|smart watch|watch band|watch charger;84;0.6;0.2;gift;silicone|stainless steel|leather|nylon|titanium;38 mm|40 mm|42 mm|44 mm|46 mm`),
  },
  {
    name: 'Toys',
    adjectives: list('educational|giant|mini|interactive|classic|award winning|deluxe'),
    colours: list('red|blue|yellow|green|pink|rainbow'),
    margin: 0.44,
    quantityShares: SINGLE,
    northTilt: 0,
    subCategories:
      subs(`Building Sets;building blocks|marble run|train set|brick set;34;7;0.9;gift;wooden|magnetic|plastic|foam|cardboard;50 pieces|100 pieces|200 pieces|500 pieces|1000 pieces
Puzzles;jigsaw puzzle|brain teaser|floor puzzle|cube puzzle;19;3;0.6;gift;wooden|cardboard|magnetic|foam|metal;24 pieces|100 pieces|300 pieces|500 pieces|1000 pieces
Board Games;board game|card game|dice game|strategy game;27;4;0.8;gift;cooperative|travel|party|wooden|trivia;2 players|2-4 players|3-6 players|4-8 players|family edition
Dolls & Plush;teddy bear|rag doll|hand puppet|dollhouse;25;8;0.6;gift;plush|cotton|wooden|velvet|knitted;8 inch|12 inch|16 inch|24 inch|36 inch
Outdoor Toys;water blaster|kite|bubble machine|flying disc;18;6;0.6;summer;plastic|nylon|foam|rubber|glow in the dark;ages 3-6|ages 5-8|ages 6-12|2 pack|3 pack
Arts & Crafts;craft kit|modeling clay|bead set|sticker book;16;3;0.5;gift;washable|wooden|paper|glitter|felt;50 pieces|100 pieces|250 pieces|12 colors|24 colors`),
  },
  {
    name: 'Garden',
    adjectives: list('heavy duty|hanging|decorative|ergonomic|weatherproof|sturdy|natural'),
    colours: list('green|brown|black|terracotta|grey|white'),
    margin: 0.43,
    quantityShares: SEVERAL,
    northTilt: -0.4,
    subCategories:
      subs(`Planters;planter|flower pot|window box|plant stand;28;20;2.6;spring;cedar|terracotta|ceramic|resin|galvanized steel|bamboo;6 inch|10 inch|14 inch|set of 2|set of 3
Tools;pruning shears|garden trowel|rake|spade|hedge trimmer;32;9;1.8;spring;stainless steel|carbon steel|ash wood|aluminum|fiberglass;8 inch|12 inch|36 inch|48 inch|set of 3
Watering;garden hose|sprinkler|watering can|drip kit;29;10;1.7;summer;rubber|brass|galvanized steel|expandable|plastic;1 gallon|2 gallon|25 ft|50 ft|100 ft
Patio;patio umbrella|lounge chair|fire pit|outdoor rug;98;80;9;summer;teak|aluminum|steel|wicker|polypropylene;5 ft|7 ft|9 ft|30 inch|36 inch
Seeds & Soil;potting soil|vegetable seeds|plant food|seed tray;14;8;3;spring;organic|heirloom|coconut coir|peat free|slow release;1 lb|4 lb|8 quart|16 quart|12 pack
Pest Control;bug zapper|mosquito net|citronella candle|bird netting;22;5;0.9;summer;solar|rechargeable|mesh|electric|soy wax;small|medium|large|2 pack|4 pack`),
  },
  {
    name: 'Sports',
    adjectives: list('adjustable|lightweight|professional|quick dry|anti slip|foldable|beginner'),
    colours: list('black|blue|red|green|orange|purple'),
    margin: 0.4,
    quantityShares: SINGLE,
    northTilt: 0.1,
    subCategories:
      subs(`Fitness;dumbbell|yoga mat|resistance band|kettlebell|jump rope;31;8;4;fitness;neoprene|rubber|cast iron|foam|latex;light|medium|heavy|extra heavy|set of 3
Camping;tent|sleeping bag|camping stove|headlamp|cooler;66;26;3.4;summer;nylon|ripstop|aluminum|polyester|insulated;1 person|2 person|3 person|4 person|6 person
Cycling;bike helmet|bike light|bike pump|cycling gloves;34;5;0.6;summer;carbon|aluminum|polycarbonate|gel|reflective;small|medium|large|extra large|one size
Winter Sports;ski goggles|snow sled|ice skates|hand warmers;45;12;1.6;winter;polarized|foam|steel|insulated|rechargeable;youth|small|medium|large|2 pack
Team Sports;soccer ball|basketball|baseball glove|shin guards;27;7;0.6;school;leather|synthetic leather|rubber|composite|indoor;size 3|size 4|size 5|size 6|size 7
Swimming;swim goggles|kickboard|swim cap|pool float;17;5;0.4;summer;silicone|foam|mirrored|latex|vinyl;toddler|kids|youth|adult|2 pack`),
  },
  {
    name: 'Clothing',
    adjectives: list('slim fit|relaxed|breathable|thermal|stretch|casual|everyday'),
    colours: [...COLOURS, 'olive', 'burgundy'],
    margin: 0.55,
    quantityShares: SEVERAL,
    northTilt: 0.3,
    subCategories:
      subs(`Tops;t-shirt|polo shirt|sweater|hoodie|tank top;27;2;0.3;flat;cotton|merino|linen|fleece|bamboo|jersey;XS|S|M|L|XL|XXL
Bottoms;jeans|shorts|leggings|chinos|joggers;38;3;0.5;flat;denim|cotton|twill|corduroy|french terry;28|30|32|34|36|38
Outerwear;rain jacket|parka|vest|windbreaker;82;8;1;winter;down|fleece|nylon|wool|softshell|waxed cotton;XS|S|M|L|XL|XXL
Socks & Underwear;crew socks|boxer briefs|base layer|ankle socks;19;1;0.2;gift;cotton|merino|bamboo|modal|compression;S|M|L|XL|3 pack|6 pack
Winter Accessories;beanie|scarf|winter gloves|ear muffs;21;1;0.2;winter;wool|cashmere|fleece|knit|sherpa;one size|S|M|L|kids
School Wear;school polo|backpack|lunch bag|gym shorts;29;5;0.5;school;cotton|pique|canvas|mesh|recycled polyester;4-5 years|6-7 years|8-9 years|10-12 years|teen`),
  },
  {
    name: 'Pets',
    adjectives: list('natural|premium|washable|vet approved|everyday|gentle|senior'),
    colours: list('blue|red|grey|green|pink|brown'),
    margin: 0.36,
    quantityShares: MANY,
    northTilt: 0,
    subCategories:
      subs(`Dog Food;dry dog food|wet dog food|puppy food|dog treats;34;18;6;flat;chicken|salmon|beef|lamb|turkey|duck;4 lb|12 lb|24 lb|12 pack|24 pack
Cat Food;dry cat food|wet cat food|kitten food|cat treats;26;10;4;flat;chicken|tuna|salmon|turkey|whitefish;3 lb|7 lb|14 lb|12 pack|24 pack
Litter & Cleaning;cat litter|stain remover|waste bags|litter mat;19;14;6;flat;clumping|unscented|lavender|biodegradable|activated charcoal;small|medium|large|2 pack|value pack
Pet Toys;chew toy|cat wand|tug toy|ball launcher;13;2;0.3;gift;rope|rubber|plush|feather|nylon;small|medium|large|2 pack|5 pack
Pet Beds;dog bed|cat tree|crate pad|pet blanket;49;40;2.6;winter;memory foam|sherpa|faux fur|canvas|fleece;small|medium|large|extra large|jumbo
Walking;dog leash|dog harness|dog collar|travel bowl;21;1;0.3;spring;nylon|leather|reflective|hemp|padded;XS|small|medium|large|extra large`),
  },
  {
    name: 'Beauty',
    adjectives: list('hydrating|gentle|fragrance free|organic|daily|nourishing|travel'),
    colours: list('clear|rose|nude|coral|plum|berry'),
    margin: 0.52,
    quantityShares: SEVERAL,
    northTilt: 0,
    subCategories:
      subs(`Skin Care;face cream|cleanser|serum|face mask|toner;23;0.4;0.2;flat;aloe|vitamin c|hyaluronic|retinol|green tea|oat;1 oz|2 oz|4 oz|6 oz|2 pack
Hair Care;shampoo|conditioner|hair oil|hair mask;16;0.9;0.5;flat;argan|coconut|keratin|tea tree|biotin;3 oz|8 oz|12 oz|16 oz|32 oz
Make-up;lipstick|mascara|foundation|brow pencil;15;0.2;0.1;gift;matte|satin|mineral|waterproof|vegan;mini|standard|2 pack|3 pack|gift set
Sun Care;sunscreen|after sun lotion|sun stick|lip balm;14;0.4;0.2;summer;mineral|zinc|aloe|coconut|sport;1 oz|3 oz|6 oz|8 oz|2 pack
Shaving;razor|shaving cream|beard oil|aftershave;19;0.5;0.3;gift;cedarwood|sandalwood|aloe|charcoal|unscented;2 oz|4 oz|6 oz|4 pack|gift set
Oral Care;toothbrush|toothpaste|floss|mouthwash;12;0.8;0.4;flat;charcoal|mint|bamboo|fluoride|whitening;single|2 pack|3 pack|4 pack|6 pack`),
  },
  {
    name: 'Grocery',
    adjectives: list('organic|gluten free|original|gourmet|small batch|low sugar|fair trade'),
    colours: list('variety|classic|extra|light|family|single'),
    margin: 0.27,
    quantityShares: MANY,
    northTilt: 0,
    subCategories:
      subs(`Coffee & Tea;ground coffee|coffee beans|green tea|black tea|coffee pods;17;2;0.6;winter;dark roast|medium roast|vanilla|hazelnut|decaf;8 oz|12 oz|2 lb|24 count|72 count
Snacks;granola bars|trail mix|crackers|popcorn|chips;13;4;0.6;flat;almond|sea salt|cheddar|peanut|barbecue|rosemary;6 oz|10 oz|16 oz|6 pack|12 pack
Breakfast;cereal|granola|pancake mix|oatmeal|maple syrup;12;4;0.8;winter;honey|maple|blueberry|cinnamon|oat;12 oz|16 oz|32 oz|2 pack|4 pack
Pantry;pasta|rice|olive oil|canned beans|tomato sauce;14;4;1.4;flat;whole grain|extra virgin|basil|garlic|brown;16 oz|32 oz|5 lb|6 pack|12 pack
Sweets;chocolate bar|gummies|caramels|cookies;11;2;0.5;gift;dark chocolate|sea salt|strawberry|honey|coconut;4 oz|8 oz|16 oz|6 pack|12 pack
Drinks;sparkling water|energy drink|juice|electrolyte mix;18;10;6;summer;lime|grapefruit|berry|orange|ginger;6 pack|8 pack|12 pack|18 pack|24 pack`),
  },
  {
    name: 'Office',
    adjectives: list('refillable|recycled|premium|heavy duty|classic|everyday|professional'),
    colours: list('black|blue|assorted|red|white|pastel'),
    margin: 0.41,
    quantityShares: MANY,
    northTilt: 0,
    subCategories:
      subs(`Writing;gel pens|pencils|markers|highlighters|fountain pens;12;0.5;0.2;school;fine point|medium point|quick dry|erasable|wood;4 pack|8 pack|12 pack|24 pack|36 pack
Paper;notebook|copy paper|sticky notes|index cards|planner;14;2;1;school;ruled|dotted|grid|blank|cotton;A5|A4|letter|3 pack|500 sheets
Desk;desk organizer|monitor stand|desk lamp|desk mat;33;10;1.5;school;bamboo|mesh|leather|acrylic|felt|walnut;small|medium|large|extra wide|set of 2
Filing;file folders|binder|label maker|hanging files;20;5;1.2;flat;kraft|plastic|linen|expanding|reinforced;letter|legal|25 pack|50 pack|100 pack
Printing;ink cartridge|toner cartridge|photo paper|label roll;37;2;0.6;flat;high yield|pigment|glossy|matte|thermal;standard|XL|2 pack|4 pack|100 sheets
Mailing;shipping boxes|packing tape|bubble mailers|postal scale;22;12;1.6;gift;corrugated|kraft|clear|poly|compostable;small|medium|large|25 pack|100 pack`),
  },
  {
    name: 'Baby',
    adjectives: list('organic|hypoallergenic|convertible|easy clean|soft|lightweight|everyday'),
    colours: list('white|grey|sage|blush|blue|yellow'),
    margin: 0.35,
    quantityShares: SEVERAL,
    northTilt: 0,
    subCategories:
      subs(`Diapering;diapers|baby wipes|diaper cream|changing pad;29;14;3;flat;cotton|bamboo|overnight|sensitive|aloe;newborn|size 1|size 3|size 5|value pack
Feeding;baby bottle|bib|high chair|sippy cup;24;6;0.8;flat;silicone|glass|cotton|wooden|anti colic;4 oz|8 oz|6 months|12 months|3 pack
Nursery;swaddle blanket|crib sheet|baby monitor|crib mobile;36;6;0.9;flat;muslin|cotton|jersey|wooden|fleece;single|2 pack|3 pack|4 pack|gift set
Travel;stroller|car seat|baby carrier|diaper bag;124;70;7;spring;aluminum|mesh|leather|linen|reversible;compact|standard|double|travel system|toddler
Play;rattle|play mat|stacking rings|teether;22;7;0.8;gift;wooden|silicone|foam|crochet|cotton;3 months|6 months|9 months|12 months|18 months
Clothes;bodysuit|sleeper|baby hat|booties;19;1;0.2;flat;cotton|fleece|bamboo|knit|muslin;newborn|0-3 months|3-6 months|6-12 months|12-18 months`),
  },
]
