"""Word lists of this room: courtesy, emotes, small talk, and common words of English and of other languages."""

GREETINGS = frozenset(
    """
    hi hii hiii hello helloo hey heyy heya hiya howdy yo sup hola namaste greetings salutations gm gn gday g'day
    heyo
    """.split()
)
"""Words that greet."""

DAYTIMES = frozenset(
    """
    morning afternoon evening day night
    """.split()
)
"""After "good", they greet."""

ADDRESSED = frozenset(
    """
    everyone everybody guys chat there team mods mod moderator moderators folks friend friends sir ma'am mam
    maam madam admin admins support dear bro bros man dude dudes y'all yall people all peeps gang fam again
    """.split()
)
"""Who is greeted."""

THANKS = frozenset(
    """
    thanks thank thankyou thx ty tysm tyvm cheers appreciated appreciate ta merci gracias
    """.split()
)
"""Words that thank."""

AFTER_A_SUBJECT = frozenset(
    """
    is are was were has have had keeps keep got gets in on at of from who that can can't could will won't do does did
    don't should would
    """.split()
)
"""After "everyone" or "chat", these make a subject of it."""

SUBJECTS = frozenset("everyone everybody chat people there all".split())
"""Those of `ADDRESSED` that often are a subject."""

BEFORE_NO_PRAISE = frozenset("if that think because how as since like know the a an is are was i we".split())
"""Before "you are great" or "great show", these make more of it than praise."""

PRAISES = tuple(
    tuple(opening.split())
    for opening in (
        "you guys are", "you guys rock", "you are", "you're", "y'all are", "this stream is", "this show is", "love the",
        "love this", "love your", "love you", "loving the", "loving this", "great stream", "great show", "great job",
        "great work", "amazing stream", "amazing show", "awesome stream", "best stream", "keep up",
    )
)  # fmt: skip
"""How sentences of praise begin."""

WHO_THANKS = frozenset(
    """
    i to we you do can should would could and
    """.split()
)
"""Before thanks, they make a sentence of it: "how do i thank you"."""

AROUND_THANKS = frozenset(
    """
    you so very much a lot in advance guys all everyone everybody team mods folks it ahead again really again
    tons bunch million for your help time the any answering answer this that sir ma'am bro man please i i'd we
    would be kindly and many xx xo x kind support help reply
    """.split()
)
"""Words that may stand around thanks."""

PRAISE = frozenset(
    """
    love loving loved luv great amazing awesome best beautiful perfect fantastic brilliant incredible wonderful
    excellent congrats congratulations legend legends hyped excited pumped stoked goat goated lovely gorgeous
    stunning
    """.split()
)
"""Words that praise."""

AROUND_PRAISE = frozenset(
    """
    stream streams show video videos content channel music work job stuff vibes vibe energy you your guys y'all
    the this it it's so such a an i i'm we we're really very much ever always all of as keep up going big huge
    fan here been first time long watcher viewer watching since what and for to be are absolutely totally
    literally just both team mods chat everyone today tonight way you're that's looking looks
    """.split()
)
"""Words that may stand around praise."""

INTERJECTIONS = frozenset(
    """
    lol lool lmao lmaoo rofl haha hahaha hehe xd gg ggs pog poggers hype letss lets go gooo wow woow omg omgg
    nice cool sweet yay yes yeah yep yup ok okay okey alright right well so hmm um uh oh ah oof bruh wooo woo
    """.split()
)
"""Words that ask nothing, at either end of a message."""

LINKS = frozenset(
    """
    but and so also btw anyway anyways ok okay
    """.split()
)
"""Words that only tie a question to what was taken off before it."""

EMOTES = frozenset(
    """
    4Head ANELE ArgieB8 BabyRage BibleThump BlessRNG BloodTrail BrokeBack CoolCat CoolStoryBob CorgiDerp
    DansGame DatSheffy DoritosChip DxCat FailFish FBtouchdown FootYellow FrankerZ GivePLZ GlitchCat GoldPLZ
    GrammarKing HeyGuys HolidayCookie HotPokket HSCheers HypeLUL Jebaited Kappa KappaPride KappaRoss Keepo
    KomodoHype Kreygasm LUL MercyWing1 MikeHogu MindManners MingLee MrDestructoid NotLikeThis OhMyDog OpieOP
    PeoplesChamp PJSalt PMSTwin PogBones PogChamp PogChampion PowerUpL PowerUpR PowerUps PRChase PrideLove
    PunchTrees RaccAttack ResidentSleeper RlyTho SabaPing SeemsGood SingsMic SingsNote SMOrc SmoocherZ SoBayed
    SourPls StinkyCheese StoneLightning SuperVinlin SwiftRage TakeNRG TehePelo ThankEgg TheIlluminati TheTarFu
    TombRaid TriHard TwitchLit TwitchUnity UnSane VoHiYo VoteNay VoteYea WutFace YouDontSay YouWHY AYAYA catJAM
    Copium COPIUM Copege EZ FeelsAmazingMan FeelsBadMan FeelsBirthdayMan FeelsGoodMan FeelsOkayMan FeelsRainMan
    FeelsStrongMan FeelsWeirdMan forsenCD gachiBASS GIGACHAD HYPERS KEKL KEKLEO KEKW KEKWait LULW Madge modCheck
    monkaEyes monkaHmm monkaS monkaW monkaGIGA NODDERS NOPERS OMEGALUL PauseChamp peepoClap peepoHappy peepoHey
    peepoLeave peepoSad peepoShy PepeHands PepeLaugh pepeD pepeJAM PepegaAim Pepega PepoG PepoThink Pog PogO
    PogU POGGERS ppHop ppL Prayge RainbowPls RIPBOZO Sadge shroomJAM SUSSY sadKEK SwagDance Tssk widepeepoHappy
    widepeepoSad WAYTOODANK WideHardo xqcL Yoink yikers ICANTEVEN Bedge Corpa Deadge DinoDance EZClap Hopium
    HypeChamp MLADY Okayge PETTHE PagMan PepePls RareParrot ThisIsFine Wokege
    """.split()
)
"""Names of emotes, which are words only with just these capitals. A channel's own emotes have a shape instead."""

NO_EMOTES = frozenset(
    """
    iPhone iPad iPadOS iOS iMac iCloud macOS watchOS tvOS visionOS eBay eSIM eGift eTicket xBox payPal youTube
    playStation airPods airPlay fireTV androidTV appleTV googlePay applePay cashApp webOS chromeOS openSUSE
    mcDonalds
    """.split()
)
"""Words of the shape of a channel's emote that are none."""

CHEERS = frozenset(
    """
    hi hii hello helloo hey heya heyy hiya yo sup wassup howdy morning evening afternoon night gn gm greetings bye
    byee cya ciao goodbye thanks thank thankyou thx tysm appreciated cheers lol lool lmao lmaoo rofl haha hahaha
    hahahaha hehe hmm namaste xd kek kekw lul lulw gg ggs pog poggers pogchamp hype hyped letss goo omg omgg wow woow
    whoa nice noice cool lit based love amazing awesome epic first hola yes yeah yep yup nope nah ok okay
    okey k kk w l f rip oof bruh
    """.split()
)
"""A message is small talk if it has one of these words, and no words outside `CHEERS` and `FILLERS`."""

FILLERS = frozenset(
    """
    good later you much very so many a lot lets go it this great best ever second here present no sure alright fine
    true facts same sick fire bro guys everyone everybody all chat there mods team folks sir mam maam ma'am madam ji
    dear friend friends man dude buddy mate bhai
    """.split()
)
"""Words that may stand next to a cheer. Without a cheer they may be a question ("all good there")."""

ENGLISH = frozenset(
    """
    a an the is are was were be been am do does did have has had i i'm i've you your my me we our us it its it's he
    she they their them this that these those what what's when when's where where's who who's why how how's which can
    can't could will won't would should shall may might must not no yes and or but if so to of in on at for from with
    by about into over after before there here get got need want please still any some all just more much many out up
    down off too very than then now ship order ticket code work doesn't don't didn't isn't come per till met ton van
    dan den mere los las el com eu
    """.split()
)

FOREIGN = {
    "es": frozenset(
        """
        que el los las por para como cuando donde esta está pero tu su hay puedo tengo quiero cuanto cuánto cuándo
        dónde cómo qué llega pedido es una del con gracias entrada envio envío envios envíos tienen hacen puede
        funciona codigo código compra comprar precio cuesta talla españa hola buenas
        """.split()
    ),
    "pt": frozenset(
        """
        que o os por para como quando onde está mas meu minha seu tem posso tenho quero quanto não nao uma da com
        obrigado obrigada é chega pedido vocês voce você eu quem
        """.split()
    ),
    "fr": frozenset(
        """
        le les des une est que qui quand où ou comment pourquoi pour avec mon ma mes ton votre vous je j'ai tu il elle
        nous pas ça ca c'est combien quel quelle sur dans du bonjour merci beaucoup puis commande livraison taille
        marche
        """.split()
    ),
    "de": frozenset(
        """
        der das und ist nicht ich mein meine wann wo wie warum für fur mit auf ein eine einen habe hab kann kommt gibt
        es zu von den dem wird werden sind bitte danke auch noch schon
        """.split()
    ),
    "it": frozenset(
        """
        il lo gli le che per come quando dove perché perche mio mia è una della del con posso ho voglio quanto non
        sono si arriva ordine grazie di questo questa
        """.split()
    ),
    "nl": frozenset(
        """
        het een en niet ik mijn wanneer waar hoe waarom voor met op heb kan komt er zijn van naar dit dat wordt
        bestelling bedankt
        """.split()
    ),
    "pl": frozenset(
        """
        jest nie się sie jak kiedy gdzie dlaczego dla na mój moj moje mam mogę moge czy ile co zamówienie dziękuję
        """.split()
    ),
    "tr": frozenset(
        """
        bir ve bu ne zaman nerede nasıl nasil neden için icin mı var yok benim siparişim kaç kac gelir olur
        """.split()
    ),
    "id": frozenset(
        """
        yang dan di ke dari untuk saya kapan dimana bagaimana kenapa tidak ada apa berapa pesanan bisa ini itu sudah
        belum
        """.split()
    ),
    "sv": frozenset(
        """
        och är ar inte jag min mitt när nar var hur varför för med på pa har kan det en ett den som till beställning
        """.split()
    ),
    "tl": frozenset(
        """
        ang ng mga sa ko mo po kailan saan paano bakit wala meron ba ito yung naman ako na pa
        """.split()
    ),
    "hi": frozenset(
        """
        hai hain kya kyu kyun kaise kab kahan kitna kitne kitni nahi nahin nhi mera meri mere mujhe aap aapka aapke tum
        karna karo karu kar raha rahi rahe hoga hua gaya gayi chahiye milega milegi mila wala wali bhi toh aur abhi bhai
        yaar paise paisa liye ke ki ka ko se mein koi kuch kaun batao jaldi aaya aayega hota hoti tha thi tak hogi hoge
        lagega lagta ayega ayegi aayegi jayega kaha kahaan lena dena karni karne karein kre krna krne krte sakte
        sakta sakti banaye bataye bata wapas apna apne diya gya mujhko aaj
        """.split()
    ),
    "vi": frozenset(
        """
        khi nào bao giờ ở đâu làm sao cho tôi của là và không có được thế
        """.split()
    ),
}
"""By language (ISO 639-1): words that are common in chat about orders and streams and hardly ever English. Hindi is
as typed in Latin letters. Words that can be English, too ("come", "los" of Los Angeles) are also in `ENGLISH`."""
