/** Danish for joining, signing in and making a new password. */
import type { Messages } from './translate.ts';

const da = {
  // Join
  'join.title': 'Bliv med',
  'join.lead': 'Du behøver ingen mail og ikke dit rigtige navn. Det tager et par minutter.',
  'join.have': 'Har du allerede et navn her?',
  'join.name': 'Navn, du vil kendes ved',
  'join.name.hint': 'Vælg et, der ikke siger, hvem du er. 3 til 24 tegn.',
  'join.suggest': 'Forslag, der er ledige:',
  'join.suggest.use': 'Brug navnet {name}',
  'join.suggest.more': 'Vis nogle andre',
  'join.password': 'Adgangskode',
  'join.password.hint':
    'Mindst 10 tegn. Gerne nogle ord i rækkefølge, som kun giver mening for dig.',
  'join.password.show': 'Vis adgangskoden',
  'join.birth_year': 'Det år, du er født',
  'join.birth_year.hint': 'Vi bruger det kun til at se, om du er gammel nok til at være med.',
  'join.heard': 'Hvor har du hørt om os?',
  'join.rules': 'Vores aftaler',
  'join.consent.title': 'Må vi gemme det, du skriver om dig selv?',
  'join.consent.hint': 'Uden kryds kan du læse med, men ikke skrive.',
  'join.consent.more': 'Læs, hvad vi gemmer',
  'join.send': 'Bliv med',
  'join.young': 'Du er ikke gammel nok til at være med her endnu',
  'join.young.help': 'Se, hvem der er der for dig',

  // The code that is shown once
  'ui.copy': 'Kopiér',
  'ui.copied': 'Kopieret',
  'ui.print': 'Print',
  'code.title': 'Gem din kode',
  'code.text':
    'Vi har ikke din mail, så vi kan ikke sende dig en ny adgangskode. Med den her kode kan du selv lave en. Skriv den ned et sted, kun du kigger. Vi viser den kun nu.',
  'code.label': 'Din kode',
  'code.done': 'Jeg har gemt koden',
  'code.go': 'Gå videre',

  // Sign in
  'in.title': 'Log ind',
  'in.name': 'Dit navn her',
  'in.password': 'Adgangskode',
  'in.send': 'Log ind',
  'in.forgot': 'Har du glemt din adgangskode?',
  'in.new': 'Er du ny her?',
  'in.ended': 'Du er ikke logget ind længere.',
  'in.ended.text':
    'Måske er du logget ud på en anden enhed, eller der er gået lang tid. Var du i gang med at skrive, kommer det frem igen, når du logger ind her.',
  'in.ended.again': 'Log ind igen',

  // A new password
  'recover.title': 'Lav en ny adgangskode',
  'recover.lead': 'Brug den kode, du gemte, da du blev {participant.one}.',
  'recover.code': 'Din kode',
  'recover.password': 'Ny adgangskode',
  'recover.send': 'Gem ny adgangskode',
  'recover.lost':
    'Har du ikke koden mere, kan vi desværre ikke åbne din konto. Du er velkommen til at begynde forfra med et nyt navn.',
} as const satisfies Messages;

export default da;
