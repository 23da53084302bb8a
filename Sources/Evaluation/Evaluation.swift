internal import EmbedRec
