/** Danish, the default: what every page may need. The other files hold what parts of the site need. */
import type { Messages } from './translate.ts';
import { form } from './words.ts';

/** Role words until the community's own have come (and when the server cannot be reached). */
export const roles = {
  participant: form('medlem', 'medlemmet', 'medlemmer', 'medlemmerne'),
  peer_supporter: form('frivillig', 'den frivillige', 'frivillige', 'de frivillige'),
  moderator: form('moderator', 'moderatoren', 'moderatorer', 'moderatorerne'),
  coordinator: form('koordinator', 'koordinatoren', 'koordinatorer', 'koordinatorerne'),
  visitor: form('besøgende', 'den besøgende', 'besøgende', 'de besøgende'),
};

const da = {
  // Frame
  'skip.label': 'Genveje',
  'skip.content': 'Gå til indholdet',
  'exit.label': 'Forlad siden',
  'exit.hint': 'Tryk Shift tre gange for at forlade siden',
  'exit.press': {
    one: 'Shift. Tryk én gang til for at forlade siden.',
    other: 'Shift. Tryk {count} gange til for at forlade siden.',
  },
  'exit.leaving': 'Forlader siden.',
  'exit.timeout': 'Tælleren er nulstillet. Siden bliver åben.',
  'crisis.danger': 'Er du i fare nu? Ring',
  'crisis.label': 'Akut hjælp',
  'crisis.more': 'Flere steder at få hjælp',
  'nav.label': 'Hovedmenu',
  'nav.home': 'Forside',
  'nav.blog': 'Blog',
  'nav.forum': 'Forum',
  'nav.chat': 'Chat',
  'nav.me': 'Mig',
  'nav.join': 'Bliv med',
  'nav.sign_in': 'Log ind',
  'foot.about': 'Om os',
  'foot.safety': 'Sikkerhed',
  'foot.privacy': 'Privatliv',
  'foot.help': 'Få hjælp',
  'foot.look': 'Udseende og sprog',
  'foot.note': 'Her er ingen reklamer, ingen måling af dig og ingen andre firmaer med på siden.',
  'look.kept': 'Dine valg gemmes kun på denne enhed.',
  'net.offline':
    'Du er uden forbindelse. Det, du har skrevet, er her stadig, og vi prøver igen af os selv.',
  'net.loading': 'Henter …',

  // Common
  'ui.close': 'Luk',
  'ui.more': 'Vis flere',
  'ui.retry': 'Prøv igen',
  'ui.busy': 'Et øjeblik …',
  'ui.edited': 'rettet',
  'ui.someone': 'Tidligere medlem',
  'ui.optional': 'kan udelades',
  'ui.left': { one: '{count} tegn tilbage', other: '{count} tegn tilbage' },
  'ui.over': { one: '{count} tegn for meget', other: '{count} tegn for meget' },
  'note.label': 'Indholdsnote',
  'note.choice': 'Du bestemmer selv, om du vil læse nu eller gemme det til senere.',

  // Errors (the server sends its own words; these are for when it cannot)
  'error.offline': 'Vi kan ikke få forbindelse lige nu. Intet er tabt. Prøv igen om lidt.',
  'error.unknown': 'Noget gik galt hos os. Intet af det, du skrev, er tabt. Prøv igen om lidt.',
  'error.wait': { one: 'Prøv igen om {count} sekund.', other: 'Prøv igen om {count} sekunder.' },
  'error.404.title': 'Her er ikke noget',
  'error.404.text':
    'Siden findes ikke, eller den er ikke for dig at se. Måske er den taget væk for at passe på nogen.',
  'error.401.title': 'Du er ikke logget ind',
  'error.401.text': 'Log ind for at se siden. Bloggen og de fleste samtaler kan du læse uden.',
  'error.403.title': 'Her kan du ikke komme ind lige nu',
  'error.403.text': 'Siden er for nogen med en anden rolle end din.',
  'error.offline.title': 'Ingen forbindelse',
  'error.500.title': 'Noget gik galt hos os',
  'error.home': 'Gå til forsiden',

  // How we take care
  'home.care': 'Sådan passer vi på hinanden',
  'home.care.anon': 'Du er anonym. Brug ikke dit rigtige navn, din skole eller dit nummer.',
  'home.care.private': 'Ingen kan skrive privat til dig.',
  'home.care.people':
    'Ser du noget, der ikke er okay, så fortæl os det. Der er mennesker, som læser det.',
  'home.care.leave': 'Du kan altid forlade siden med ét tryk.',
  'home.care.more': 'Læs om sikkerhed',

  // Blog and forum
  'blog.lead': 'Fortællinger og tanker fra {peer_supporter.many}, der har været der selv.',
  'blog.tag': 'Emne',
  'blog.tag.all': 'Alle emner',
  'blog.tag.filtered': 'Indlæg om {tag}',
  'blog.empty': 'Her er ikke kommet indlæg endnu',
  'blog.empty.text': 'Kig forbi igen, eller læs med i forummet imens.',
  'blog.back': 'Alle indlæg',
  'blog.comments': 'Kommentarer',
  'blog.comments.empty': 'Ingen har skrevet endnu. Du må gerne være den første.',
  'forum.lead': 'Spørg, fortæl eller bare lyt. Du behøver ikke have et problem for at skrive her.',
  'forum.members': 'Kun for {participant.many}',
  'forum.empty': 'Her er stille endnu',
  'forum.empty.text': 'Du må gerne skrive det første.',
  'forum.new': 'Start en samtale',
  'forum.back': 'Hele forummet',
  'forum.replies': { one: '{count} svar', other: '{count} svar' },
  'forum.none': 'Ingen svar endnu',
  'text.order': 'ældste først',
  'forum.answers': 'Svar',
  'forum.answers.empty': 'Ingen har svaret endnu. Et par ord er nok.',
  'forum.reply': 'Svar',
  'forum.reply.to': 'Svar til {name}',
  'forum.continue': {
    one: 'Fortsæt denne samtale ({count} svar)',
    other: 'Fortsæt denne samtale ({count} svar)',
  },
  'forum.part': 'Du ser en del af samtalen.',
  'forum.part.all': 'Se hele samtalen',
  'forum.wish.listen': 'Ønsker mest, at nogen lytter',
  'forum.wish.share': 'Ønsker at høre om jeres erfaringer',
  'forum.wish.advice': 'Vil gerne have gode råd',
  'forum.locked': 'Samtalen er lukket for nye svar.',
  'write.join': 'Vil du være med i samtalen?',
  'write.join.text':
    'Du skal være {participant.one} for at skrive. Det tager et par minutter, og du behøver ingen mail.',
  'text.gone': 'Her stod et svar, som ikke er her mere.',
  'text.redacted': 'Holdet har taget noget ud for at passe på nogen.',

  // Report
  'report.open': 'Fortæl os',
} as const satisfies Messages;

export default da;
