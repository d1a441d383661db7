module greenthreads/peer

go 1.19
