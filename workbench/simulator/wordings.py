"""The sentences of improvised answers, each list from the likeliest wording to the least likely.

`{a}` and `{b}` are things that the prompt speaks of, `{A}` is the first of them at the beginning
of a sentence, `{quote}` is a clause of the prompt, `{rule}` one of the system prompt, `{seen}` what
pictures there are.
"""

OPENINGS = (
    "This is about {a}, and the point that matters most is “{quote}”.",
    "The heart of it is {a}: “{quote}”.",
    "Starting from “{quote}”, I would look at {a} first.",
    "Let me take {a} first, because the text says “{quote}”.",
    "Everything here turns on {a}, as “{quote}” makes plain.",
)
MIDDLES = (
    "{A} and {b} belong together, since one explains the other.",
    "On {a} the text gives a clear lead, and {b} follows from it.",
    "If {a} is settled, {b} needs little further work.",
    "What is said of {a} is short, so I would confirm {b} before acting on it.",
    "Mentioning {a} narrows this down to {b}.",
    "There are two ways to read {a}; the mention of {b} decides between them.",
    "Nothing else bears on {b}, which keeps {a} in the foreground.",
)
OBEYING = (
    "You asked for “{rule}”, and I have kept to that.",
    "In keeping with “{rule}”, I leave out what does not help.",
    "Your instructions say “{rule}”; that settles the form of this answer.",
)
CLOSINGS = (
    "So the next step is to settle {a} and then to come back to {b}.",
    "In short: {a} first, {b} second.",
    "I would start with {a} today and let {b} follow.",
    "Tell me more about {b}, and I can be more exact about {a}.",
)
BRIEF = (
    "It comes down to {a} and {b}.",
    "In one line: {a}, because of {b}.",
    "{A} decides it; {b} follows.",
)
RESULTS = (
    "The result says “{quote}”.",
    "According to the result, “{quote}”.",
    "What came back is “{quote}”.",
)
FAILURES = (
    "The tool reported a problem: “{quote}”.",
    "That did not work; the tool answered “{quote}”.",
)
CALLING = ("I will look up {a}.", "Let me check {a} first.", "To answer this I need {a}.")
THOUGHTS = (
    "The request is about {a}.",
    "The sentence to hold on to is “{quote}”.",
    "{A} and {b} both matter here, so the answer should name them.",
    "The reader probably knows {b} already.",
    "If {a} were wrong, the rest would change, so I check it against the text.",
    "A short answer that quotes the text will serve best.",
    "What is not said about {b} is as telling as what is said.",
    "Could {a} mean something else here? The words around it say no.",
    "I weigh {a} against {b}: the first is stated, the second only follows from it.",
    "One could begin with {b}, but then {a} would come too late.",
    "Let me go back to “{quote}” and see whether {b} still holds.",
    "So far {a} stands; nothing in the text speaks against it.",
)
SEEN = (
    "I have looked at {seen}.",
    "You sent {seen}.",
    "Going by {seen}:",
)
