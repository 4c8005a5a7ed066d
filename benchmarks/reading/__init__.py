"""How are viewers' messages read, judged on lines that nothing was learned from?"""
