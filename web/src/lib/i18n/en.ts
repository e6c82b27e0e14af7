import type da from './da.ts';
import type { Message } from './translate.ts';
import { form } from './words.ts';

/** Role words until the community's own have come (and when the server cannot be reached). */
export const roles = {
  participant: form('member', 'the member', 'members', 'the members'),
  peer_supporter: form('volunteer', 'the volunteer', 'volunteers', 'the volunteers'),
  moderator: form('moderator', 'the moderator', 'moderators', 'the moderators'),
  coordinator: form('coordinator', 'the coordinator', 'coordinators', 'the coordinators'),
  visitor: form('visitor', 'the visitor', 'visitors', 'the visitors'),
};

const en: Record<keyof typeof da, Message> = {
  // Frame
  'skip.label': 'Shortcuts',
  'skip.content': 'Skip to the content',
  'exit.label': 'Leave the site',
  'exit.hint': 'Press Shift three times to leave the site',
  'exit.press': {
    one: 'Shift. Press once more to leave the site.',
    other: 'Shift. Press {count} more times to leave the site.',
  },
  'exit.leaving': 'Leaving the site.',
  'exit.timeout': 'The count starts over. The site stays open.',
  'crisis.danger': 'In danger now? Call',
  'crisis.label': 'Urgent help',
  'crisis.more': 'More places to get help',
  'nav.label': 'Main menu',
  'nav.home': 'Home',
  'nav.blog': 'Blog',
  'nav.forum': 'Forum',
  'nav.chat': 'Chat',
  'nav.me': 'Me',
  'nav.join': 'Join',
  'nav.sign_in': 'Sign in',
  'foot.about': 'About us',
  'foot.safety': 'Safety',
  'foot.privacy': 'Privacy',
  'foot.help': 'Get help',
  'foot.look': 'Look and language',
  'foot.note': 'No adverts here, nothing that measures you, and no other companies on the site.',
  'look.kept': 'Your choices are kept on this device only.',
  'net.offline': 'You are offline. What you wrote is still here, and we keep trying by ourselves.',
  'net.loading': 'Loading …',

  // Common
  'ui.close': 'Close',
  'ui.more': 'Show more',
  'ui.retry': 'Try again',
  'ui.busy': 'One moment …',
  'ui.edited': 'edited',
  'ui.someone': 'Former member',
  'ui.optional': 'optional',
  'ui.left': { one: '{count} character left', other: '{count} characters left' },
  'ui.over': { one: '{count} character too many', other: '{count} characters too many' },
  'note.label': 'Content note',
  'note.choice': 'You decide whether to read it now or keep it for later.',

  // Errors
  'error.offline': 'We cannot connect right now. Nothing is lost. Try again in a moment.',
  'error.unknown':
    'Something went wrong on our side. Nothing you wrote is lost. Try again in a moment.',
  'error.wait': { one: 'Try again in {count} second.', other: 'Try again in {count} seconds.' },
  'error.404.title': 'There is nothing here',
  'error.404.text':
    'The page does not exist, or it is not for you to see. It may have been taken away to look after somebody.',
  'error.401.title': 'You are not signed in',
  'error.401.text':
    'Sign in to see this page. You can read the blog and most conversations without.',
  'error.403.title': 'You cannot get in here right now',
  'error.403.text': 'This page is for people with another role than yours.',
  'error.offline.title': 'No connection',
  'error.500.title': 'Something went wrong on our side',
  'error.home': 'Go to the front page',

  // How we take care
  'home.care': 'How we look after each other',
  'home.care.anon': 'You are anonymous. Do not use your real name, your school or your number.',
  'home.care.private': 'Nobody can write to you in private.',
  'home.care.people':
    'If you see something that is not okay, tell us. There are people who read it.',
  'home.care.leave': 'You can always leave the site in one tap.',
  'home.care.more': 'Read about safety',

  // Blog and forum
  'blog.lead': 'Stories and thoughts from {peer_supporter.many} who have been there themselves.',
  'blog.tag': 'Topic',
  'blog.tag.all': 'All topics',
  'blog.tag.filtered': 'Posts about {tag}',
  'blog.empty': 'There are no posts here yet',
  'blog.empty.text': 'Come by again, or read along in the forum meanwhile.',
  'blog.back': 'All posts',
  'blog.comments': 'Comments',
  'blog.comments.empty': 'Nobody has written yet. You are welcome to be the first.',
  'forum.lead': 'Ask, tell or just listen. You need not have a problem to write here.',
  'forum.members': 'For {participant.many} only',
  'forum.empty': 'It is quiet here so far',
  'forum.empty.text': 'You are welcome to write the first words.',
  'forum.new': 'Start a conversation',
  'forum.back': 'The whole forum',
  'forum.replies': { one: '{count} reply', other: '{count} replies' },
  'forum.none': 'No replies yet',
  'text.order': 'oldest first',
  'forum.answers': 'Replies',
  'forum.answers.empty': 'Nobody has replied yet. A few words are enough.',
  'forum.reply': 'Reply',
  'forum.reply.to': 'Reply to {name}',
  'forum.continue': {
    one: 'Continue this conversation ({count} reply)',
    other: 'Continue this conversation ({count} replies)',
  },
  'forum.part': 'You see a part of the conversation.',
  'forum.part.all': 'See the whole conversation',
  'forum.wish.listen': 'Mostly wishes for somebody to listen',
  'forum.wish.share': 'Would like to hear about your experiences',
  'forum.wish.advice': 'Would like good advice',
  'forum.locked': 'The conversation is closed for new replies.',
  'write.join': 'Would you like to take part?',
  'write.join.text':
    'You need to be {participant.one} to write. It takes a few minutes, and you need no e-mail.',
  'text.gone': 'There was a reply here that is no longer here.',
  'text.redacted': 'The team has taken something out to look after somebody.',

  // Report
  'report.open': 'Tell us',
};

export default en;
