"""What people called something are called in their papers: Bob is Robert. English given names that are common."""

from __future__ import annotations

_NAMES = {
    "albert": "al bert", "alexander": "alex sandy xander", "alexandra": "lexi sandra", "alfred": "alf fred",
    "andrew": "andy drew", "anthony": "tony", "barbara": "babs barb", "benjamin": "ben benny", "catherine":
    "cathy kate katie katy kathy katherine kathryn kit kitty", "charles": "charlie chuck chas", "christine":
    "chrissie tina", "christopher": "chris kit topher", "daniel": "dan danny", "david": "dave davy", "deborah":
    "deb debbie", "donald": "don donny", "dorothy": "dot dolly dottie", "edward": "ed eddie ned ted teddy",
    "elizabeth": "beth betsy betty eliza libby lisa liz lizzie liza", "eugene": "gene", "frances": "fran francie",
    "francis": "frank frankie", "frederick": "fred freddie freddy", "gabriel": "gabe", "george": "georgie", "gerald":
    "gerry jerry", "gregory": "greg", "harold": "hal harry", "helen": "nell nellie", "henry": "hank harry",
    "isabella": "bella isa izzy", "jacob": "jake", "james": "jamie jim jimmy", "janet": "jan", "jeffrey": "geoff jeff",
    "jennifer": "jen jenny", "jessica": "jess jessie", "john": "jack johnny", "jonathan": "jon", "joseph": "joe joey",
    "joshua": "josh", "judith": "judy", "kenneth": "ken kenny", "lawrence": "larry laurie", "leonard": "len lenny leo",
    "margaret": "greta maggie marge meg megan peggy", "martha": "marty patty", "matthew": "matt", "michael":
    "mick mickey mike mikey", "nathaniel": "nat nate nathan", "nicholas": "nick nicky", "pamela": "pam", "patricia":
    "pat patsy patty tricia trish", "patrick": "paddy pat", "peter": "pete", "philip": "phil pip", "raymond": "ray",
    "rebecca": "becca becky", "richard": "dick rich richie rick ricky", "robert": "bob bobby rob robbie", "ronald":
    "ron ronnie", "samantha": "sam", "samuel": "sam sammy", "sarah": "sally sadie", "stephen": "steve steven stevie",
    "susan": "sue susie suzie", "theodore": "ted teddy theo", "theresa": "terry tess tessa", "thomas": "tom tommy",
    "timothy": "tim timmy", "victoria": "vicky tori", "vincent": "vince vinny", "walter": "walt wally", "william":
    "bill billy liam will willie willy", "zachary": "zach zack",
}  # fmt: skip
"""Folded, each with what it is shortened to. A short form of several names is taken for the first of them, and a name
that is short for nothing stays."""


def _formal() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, short in _NAMES.items():
        for one in short.split():
            found.setdefault(one, name)
    return found


_FORMAL = _formal()


def formal(word: str) -> str:
    """The name that a folded word is short for; the word itself where it is short for none."""
    return _FORMAL.get(word, word)
