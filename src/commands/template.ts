import { basename } from 'node:path';

/** The permanent id of a new exercise, made of its file's name: `first-one.yaml` becomes MY-FIRST-ONE. */
function idOf(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .replace(/^\d+-/, '');
  const words = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toUpperCase();
  return `MY-${words === '' ? 'EXERCISE' : words}`;
}

/** A complete exercise with a comment on each part; it is proved by `brownout check` as it stands. */
export const template = (
  file: string,
): string => `# An exercise of your own. Everything below works as it is: play it, prove it, then change it.
#
#   brownout play ${file}
#   brownout check ${file}
#
# "brownout schema > exercise.schema.json" lets your editor complete and check what you write.
format: 1

# The id never changes, because learners' progress hangs on it. The title may.
id: ${idOf(file)}
title: The answer that got lost
minutes: 10

# The story, with the constraint in numbers. No pattern is named yet.
brief: |
  Since Friday, one in fifty answers of the card provider gets lost on its way
  back to the payment service. Some orders fail although the money was taken.
  Finance wants every customer charged exactly once, or not at all.

# Asked before anything runs. With "measure" the run itself knows the true answer:
# an expression on the whole run, whose value is the place of that answer, from 0.
predict:
  ask: What happens to customers whose provider answer is lost?
  answers:
    - Nothing, the order is completed
    - The money is taken, and the order fails
    - They are charged twice
  measure: "facts('charged') > orders() ? 2 : failures('shoppers') > 0 ? 1 : 0"

world:
  # The store that comes with Brownout, and the part of it that matters here.
  use: store
  keep: [shoppers, gateway, checkout, inventory, payment, psp]
  # Clients stop after 40 seconds; then the world may finish its work.
  run: { for: 40s, settle: 30s }
  services:
    checkout: { calls: { payment: { timeout: 8s } } }
    payment: { calls: { psp: { timeout: 1500ms } } }
  # What goes wrong. An answer is lost after the provider has done its work.
  chaos:
    lost-answers: { dropReply: payment -> psp, p: 2% }

# Questions of design. Each option is a patch on the world: "at" says where, "set" what.
# "expect" is what you claim; "brownout check" runs every option on many seeds and refuses
# the exercise if a claim is not true.
decide:
  - id: retry
    ask: The payment service hears nothing from the provider. What does it do?
    at: services/payment/calls/psp
    options:
      - id: give-up
        label: Report a failure
        grade: 1
        # An option may change nothing: it leaves the world as it was written.
        set: {}
        expect:
          fails: [money-right]
          because: The provider had taken the money; only its answer was lost.
      # "retry" counts the attempts, the first one too.
      - id: again
        label: Ask again, up to three times
        grade: 0
        set: { retry: 4 }
        expect:
          fails: [charged-once]
          because: To the provider the second request looks like a second purchase.
      - id: again-with-key
        label: Ask again, with a key that names the order
        grade: 5
        set: { retry: 4, idempotencyKey: request.order }
        expect: { holds: all }

# What must hold, in every run. The first two come from the store's own library.
checks:
  use: [charged-once, money-right]
  served: { slo: shoppers, success: 95% }

# After the run: one sentence is true, the others only sound so.
explain:
  ask: Why could a second request charge a customer twice?
  answers:
    - text: The provider cannot tell a repeated request from a new one
      true: true
    - text: The provider was overloaded and lost its own data
    - text: The payment service sent both requests at the same moment

# One changed condition, preferably one that changes the verdict.
vary:
  - id: calm
    ask: The network is mended and no answer is lost. Is asking again still harmful?
    of: retry=again
    patch: { chaos: { lost-answers: null } }
    expect: { holds: [charged-once, money-right] }

# Three hints, from a question to the answer.
hints:
  - What does the payment service know after a lost answer, and what does it not know?
  - What is the same in both requests, and could tell the provider so?
  - Send a key that names the order. The provider answers a known key with its first answer.

debrief: |
  After a lost answer the caller cannot know whether the work was done. Asking
  again is right only if the receiver can recognise the request.
whenNot: Where repeating does no harm by itself, such as setting a value, a key adds nothing.
realWorld: Card providers call it an idempotency key and keep it for about a day.

# The seed that everybody sees, and how many hidden ones a design is graded on.
seeds: { practice: 7, grade: 20 }
`;
