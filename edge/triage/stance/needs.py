"""Words that a cue cannot do without: two rows for each expression in `cues.py`.

A message that has the cue has at least one word of either row. "beg-" stands for words that begin so, "-end" for those
that end so. Written by `models/wording/derive_needs.py`.
"""

NEEDS: dict[str, tuple[str, ...]] = {
    "refuses": (
        "actually even feeling like ned need needed needn't rather really thank thanks wanna want wanted",
        "-dnt -n't -snt aint cannot dint i'd longer needn't never no not",
        "-dnt -n't -snt aint cannot dint never not stop",
        "ask- bother chasing com- concerned curious interested looking talking trying tryna waiting worried worry",
        "already asked got i i'm ik interest no said",
        "get ik it kno know no not question who",
        "have i we",
        "mean meant said say to",
        "aint i not wasn't",
        "-in -ing aint i'm not wasn't we we're you",
        "do don't quit stop",
        (
            "actually again ah also and bruh but days don't fine hello hey hi it just me nah no not oh ok okay please"
            " quit rn so stop that then wait well"
        ),
        "do don't stop",
        (
            "add adding ask asking bother bothering call calling explain explaining not put puting send sending show"
            " showing start starting tell telling touch touching walk walking"
        ),
        "keep leave nah no nope not skip",
        (
            "-dnt -n't -snt aint cannot dint do don't i i'm it it's keep leave more my nah never no nope not please"
            " skip stay that that's the there's we"
        ),
        "no",
        "please rn thanks today tonight",
        "keep leave stay stays",
        "going it my stay stays that the this",
        "-dnt -n't -snt aint any cannot dint never no not nothing",
        (
            "blocked broken cancelled charge charged com- confused declined fee fraud issue late longer lost missing"
            " pending problem rush stole stolen stuck twice urgent wrong"
        ),
    ),
    "settled": (
        (
            "alarm all any- back bad cancel care carry close crisis forget good ign- mind mystery necessary needed"
            " nevermind nvm over required scrap scratch that's"
        ),
        (
            "about all and averted can clear consider false fine it me my mystery never nevermind no nvm on over"
            " panic please set sorted square taken tanks thank thanks thanx that the we we're what"
        ),
        "after alr already alredy apparently end finally itself just meantime myself own phew",
        "all alr already alredy apparently by finally in its meantime myself now phew their",
        (
            "activated approved booked came closed completed confirmed corrected decided delivered done figured"
            " finished fixed found got landed lifted linked over passed picked received recognised recognized refunded"
            " resolved reversed settled solved sorted up updated verified went worked"
        ),
        (
            "accepted activated approved back booked caught closed completed confirmed corrected decided delivered"
            " done figured finished fixed found in it landed lifted linked my out over passed picked received"
            " recognised recognized refunded resolved reversed settled solved sorted the through thru today turned"
            " updated verified worked"
        ),
        "again back here now ready",
        "-'s am are i'm is it's work worked working works",
        "fine it me mine my myself out right they was were",
        "all easy fine is just me mine my myself only own right that this turned turns under was were",
        (
            "-dnt -n't -snt aint calm cannot care chill clear cool dint enough fine good happy i i'm idc it never not"
            " ok okay perfect so totally whatever"
        ),
        (
            "-'s all are business calm care chill clear complaint concern cool don't enough fine good happy idc"
            " interest is issue matter mind necessary ok okay perfect problem way whatever"
        ),
        "cheers sorry sory sry tanks thank thanks thanx thnx",
        "cheers sorry sory sry tanks thank thanks thanx thnx",
    ),
    "tells": (
        (
            "already answered ask asked asking asks discussing exp- gave greeted have is just keep keeps kept listed"
            " lists mentioned named once only pasted pitching quoted read reading send sending sent showed showing"
            " shown talking tell telling tells told was wrote"
        ),
        (
            "agent answered ask asked asking asks aunt boss bot bro brother caller chat chat's child children"
            " colleague cousin dad daughter discussing dude email everyone ex exp- father flatmate form friend friends"
            " gave gran granddad grandma grandpa granny greeted guy he he's helper homie host husband kid kids lady"
            " landlord listed lists mail mate mates mentioned mom mother mum named neighbor neighbour nephew niece"
            " page pasted people pitching quoted read reading roommate send sending sent she she's showed showing"
            " shown sister somebody someone son talking teacher team tell telling tells they they've toddler told"
            " uncle wife wrote you you've"
        ),
        "called calls interview line podcast quote said say saying says sign typed typo verse written",
        "called calls interview line podcast quote said say saying says sign typed typo verse written",
        "i i'd i'm i've my that's wrong",
        "ask- asked chat just meant message need not only question thing wan- wanted was window",
        "every he he's her him his last my our she she's some the their your",
        (
            "aunt boss bro brother child children colleague cousin dad daughter ex father flatmate friend friends"
            " gran granddad grandma grandpa granny he he's her him his homie husband kid kids landlord mate mates mom"
            " mother mum neighbor neighbour nephew niece roommate she she's sister son teacher toddler uncle wife"
        ),
        "anyway anyways btw fact funny hah- just lma- lol me smh way",
        "anyway anyways btw by fun funny hah- know lma- lol reminds smh",
        "ago always back ever every in last once story used",
        "ages always ever every in month once spring story summer to year years",
    ),
    "past": (
        "-ed came did got had heard made sang saw slept sold took was went were",
        "-ed came did got had heard made sang saw slept sold took was went were",
    ),
    "asks": (
        "how how's what what's when when's where where's which who who's whose why why's",
        "how how's what what's when when's where where's which who who's whose why why's",
        (
            "he how how's i it my she there they this we what what's when when's where where's which who who's whose"
            " why why's you your"
        ),
        (
            "am are can could did do does has have how how's is may shall should was were what's when when's where"
            " where's which who's whose why why's will would"
        ),
        "how how's what's when's where's who's why's",
        "come how's long many much what's when's where's who's why's",
        "else how how's now then tho what what's when when's where where's which who who's whose why why's",
        "how how's what what's when when's where where's which who who's whose why why's",
        "-n't am are can could did do does has have is may shall should was were will would",
        (
            "am are can could did do does has have i is it may my shall should the there they this was we were will"
            " would you"
        ),
        "can could did do does may should will would",
        "anyone i it someone there these they this we y'all yall you",
        "any anything aren't isn't it there they this you",
        "any anything are is it there they this was you",
        "help i i'd we would",
        "help like need want",
        (
            "add book bring call cancel change check clean close decrease delete empty explain find fix get give help"
            " increase list looking lower mail make mute need open order play print provide put read remind remove"
            " repeat report reserve reset send set show speak start switch talk tell track transfer trying turn tweet"
            " update want"
        ),
        (
            "add book bring call cancel change check clean close decrease delete empty explain find fix get give help"
            " increase list looking lower mail make mute need open order play print provide put read remind remove"
            " repeat report reserve reset send set show speak start switch talk tell track transfer trying turn tweet"
            " update want"
        ),
        (
            "add all an another book bring cancel check clear delete em explain find fix give it kill make me mute my"
            " order play put remove report say send set show some start switch tell this those track turn us"
        ),
        (
            "a add book bring cancel check clear delete explain find fix give kill make mute order play put remove"
            " report say send set show start switch tell that the them track turn"
        ),
    ),
    "fails": (
        (
            "aren't can't cannot couldn't doesn't dosnt fail failing fails hadn't hasn't haven't isn't never not"
            " unable won't wouldn't"
        ),
        (
            "all- aren't arr- arrived ava- bought came can't cannot com- couldn't cre- doesn't dosnt fail failing"
            " fails gave get- got hadn't hasn't haven't her- isn't loa- made pos- rec- received sho- started unable"
            " ver- went won't wor- wouldn't"
        ),
        "any anymore keep keeps longer since still yet",
        "anymore keep keeps more no since still yet",
        "more",
        "no",
        "but",
        "-dnt -n't -snt aint cannot dint never no not",
        "says",
        "app it just phone says screen site website",
    ),
    "trouble": (
        (
            "banned broke broken charged cheating damaged dan- declined empty error failed fee fra- frozen hacked"
            " har- incorrect issue kicked late locked lost mine missing pending problem refund refused rejected stole"
            " stolen stuck swallowed thr- twice unauthorized unavailable unsuccessful wrong"
        ),
        (
            "banned broke broken charged cheating damaged dan- declined empty error failed fee fra- frozen hacked"
            " har- incorrect issue kicked late locked lost missing not pending problem refund refused rejected stole"
            " stolen stuck swallowed thr- twice unauthorized unavailable unsuccessful wrong"
        ),
    ),
}
